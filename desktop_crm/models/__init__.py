"""SQLAlchemy mapped classes, one noun per file, with the rules about one record."""

from desktop_crm.models.address import Address, Site
from desktop_crm.models.base import Base, Record
from desktop_crm.models.contact import Contact, ContactPoint
from desktop_crm.models.customer import Customer
from desktop_crm.models.equipment import Equipment, InspectionPlan
from desktop_crm.models.figures import CustomerFigures, CustomerMonth, OrderToAccept, Receivable, ShopMonth
from desktop_crm.models.followup import FollowUp
from desktop_crm.models.grading import GradeChange, GradingCriterion, GradingRun, GradingScheme, ServiceLevel
from desktop_crm.models.interaction import Interaction
from desktop_crm.models.label import Consent, CustomerTag, CustomField, CustomValue, ExternalKey, Tag
from desktop_crm.models.order import Acceptance, Delivery, DeliveryLine, Instalment, Order, OrderLine
from desktop_crm.models.payment import Cheque, InvoiceRecord, Payment, PaymentAllocation
from desktop_crm.models.product import PriceList, PriceListEntry, Product, Wording
from desktop_crm.models.quotation import Quotation, QuotationLine, QuotationRevision
from desktop_crm.models.shop import Blob, Counter, Device, JournalEntry, Setting, Tombstone
from desktop_crm.models.staff import Staff

__all__ = [
    "Acceptance",
    "Address",
    "Base",
    "Blob",
    "Cheque",
    "Consent",
    "Contact",
    "ContactPoint",
    "Counter",
    "CustomField",
    "CustomValue",
    "Customer",
    "CustomerFigures",
    "CustomerMonth",
    "CustomerTag",
    "Delivery",
    "DeliveryLine",
    "Device",
    "Equipment",
    "ExternalKey",
    "FollowUp",
    "GradeChange",
    "GradingCriterion",
    "GradingRun",
    "GradingScheme",
    "InspectionPlan",
    "Instalment",
    "Interaction",
    "InvoiceRecord",
    "JournalEntry",
    "Order",
    "OrderLine",
    "OrderToAccept",
    "Payment",
    "PaymentAllocation",
    "PriceList",
    "PriceListEntry",
    "Product",
    "Quotation",
    "QuotationLine",
    "QuotationRevision",
    "Receivable",
    "Record",
    "ServiceLevel",
    "Setting",
    "ShopMonth",
    "Site",
    "Staff",
    "Tag",
    "Tombstone",
    "Wording",
]
