"""Which headings mean which field: as shops, accounting programs and address books write them in three languages.

Sources of the address book names: the export headings of Google, Outlook and QQ.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from desktop_crm.core.readings import normalise

_WORDS: dict[str, dict[str, str]] = {
    "customers": {
        "name": "客戶名稱 客戶 公司名稱 公司 公司全名 客戶全名 廠商名稱 名稱 抬頭 發票抬頭 買受人 店名 姓名 全名 單位名稱 "
        "商號 企業名稱|company|company name|customer|customer name|name|full name|organisation|organization|"
        "organization name|account name|client|client name|business name",
        "code": "客戶編號 客戶代號 客戶代碼 編號 代號 代碼 會員編號 客編|customer id|customer code|customer no|"
        "customer number|code|account number|account no|client id|customerid",
        "tax_number": "統一編號 統編 公司統編 買方統編 稅號 税号 納稅人識別號 統一社會信用代碼 信用代碼 身分證字號|tax id|"
        "tax number|tax no|vat|vat number|vat no|vat id|ubn|ein|gui number|business number",
        "short_name": "簡稱 客戶簡稱 公司簡稱|short name|abbreviation|alias|nickname",
        "name_en": "英文名稱 公司英文名稱 英文名 客戶英文名稱|english name|name en|company name english",
        "contact": "聯絡人 聯絡人姓名 聯繫人 窗口 負責人 承辦人 經辦人 收件人|contact|contact name|contact person|attn|"
        "attention|contactname",
        "contact_title": "稱謂 職稱 職務 職位|title|job title|contact title|position|contacttitle|organization title",
        "phone": "電話 聯絡電話 公司電話 電話號碼 市話 電話1 電話一 代表號 商務電話 辦公電話 固定電話 座機|phone|telephone|tel|"
        "phone number|business phone|work phone|company main phone|phone 1 value|tel no|office phone",
        "mobile": "手機 行動電話 手機號碼 行動 移動電話 手機號|mobile|mobile phone|cell|cell phone|cellphone|"
        "mobile number",
        "fax": "傳真 傳真電話 傳真號碼 公司傳真 商務傳真|fax|fax number|business fax|fax no",
        "email": "電子郵件 電子信箱 信箱 電郵 郵箱 電子郵箱 電子郵件地址 e-mail信箱 郵件|email|e-mail|mail|email address|"
        "e-mail address|e-mail 1 value|email 1 value",
        "line": "line id|lineid|line帳號|line",
        "web": "網站 網址 公司網站 網頁 官網|website|web|url|homepage|web page|website 1 value",
        "postal_code": "郵遞區號 區號 郵政編碼 郵編|postal code|postcode|zip|zip code|business postal code|postalcode|"
        "address 1 postal code",
        "address": "地址 公司地址 聯絡地址 通訊地址 登記地址 營業地址 送貨地址 住址 街道|address|street|street address|"
        "company address|business street|address 1 street|address 1 formatted|address line 1",
        "county": "縣市 城市 市 省份 省|city|county|town|business city|state|province|address 1 city",
        "district": "鄉鎮市區 行政區 區 鄉鎮|district|region|area|business state",
        "country": "國家 國別 國家地區|country|business country/region|country/region|address 1 country",
        "owner": "業務 業務員 業務人員 負責業務 業務代表 銷售員|salesperson|sales rep|sales|owner|account manager|employee",
        "customer_type": "客戶類型 客戶類別 客戶分類 類型 類別|customer type|type|category",
        "legal_form": "法人別 性質 客戶性質|legal form",
        "industry": "行業 產業 業別 行業別|industry|sector|business",
        "source": "來源 客戶來源|source|lead source",
        "note": "備註 附註 說明 註記 備考 記事|note|notes|remark|remarks|comment|comments|memo|description",
    },
    "products": {
        "name": "品名 產品名稱 商品名稱 名稱 品項 項目 產品 貨品名稱 品名規格 料品名稱|product|product name|item|item name|"
        "name|description|productname",
        "code": "產品編號 產品代號 商品編號 料號 品號 貨號 編號 型號 條碼 代號 產品代碼|product id|product code|sku|code|"
        "item no|item code|item number|part number|part no|model|barcode|productid",
        "specification": "規格 產品規格 規格說明 型號規格|specification|spec|specs|quantityperunit|quantity per unit",
        "unit": "單位 計量單位|unit|uom|unit of measure",
        "category": "類別 分類 產品類別 產品分類 大類|category|group|product group|type|categoryid|category name",
        "list_price": "定價 售價 單價 建議售價 牌價 標準售價 價格 銷售價|list price|price|unit price|selling price|"
        "sales price|msrp|rrp|unitprice",
        "cost": "成本 進價 成本價 進貨價 標準成本|cost|unit cost|cost price|purchase price|standard cost",
        "archived": "停售 停用 停產|discontinued|archived|inactive",
    },
    "orders": {
        "order": "訂單編號 訂單號碼 單號 訂單號 銷貨單號 出貨單號 編號 訂單|order id|order no|order number|order|"
        "invoice no|invoice number|orderid|sales order|so number",
        "ordered_on": "訂單日期 日期 下單日期 訂購日期 銷貨日期 交易日期 成交日期|order date|date|orderdate|"
        "transaction date|invoice date|sale date",
        "customer": "客戶 客戶名稱 客戶編號 客戶代號 公司名稱 公司 買受人 客戶簡稱|customer|customer name|customer id|"
        "customer code|client|company|customerid|buyer|company name",
        "product": "產品 品名 產品名稱 商品名稱 產品編號 料號 品號 項目 品項 商品|product|product name|product id|"
        "product code|item|sku|description|productid|productname",
        "specification": "規格 產品規格|specification|spec",
        "quantity": "數量 訂購數量 銷貨數量|quantity|qty|units|number of cds",
        "unit": "單位|unit|uom",
        "unit_price": "單價 售價 銷售單價|unit price|price|rate|unitprice",
        "amount": "金額 小計 總價 未稅金額 銷售金額 合計|amount|line total|total|subtotal|dollars|value",
        "discount_percent": "折扣 折讓率 折扣率|discount percent|discount %|discount",
        "promised_on": "交期 交貨日期 預交日 預定交貨日 預計交貨日|promised date|due date|required date|delivery date|"
        "requireddate",
        "delivered_on": "出貨日期 實際出貨日 交貨完成日 出貨日|shipped date|delivered date|ship date|shippeddate|delivered on",
        "customer_reference": "客戶單號 客戶訂單編號 採購單號|po number|po no|customer po|customer reference|reference",
        "note": "備註 附註 說明|note|notes|remark|remarks|comment|comments|memo",
    },
}


@cache
def _by_word() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, fields in _WORDS.items():
        for name, words in fields.items():
            chinese, *others = words.split("|")
            spaced = chinese.split(" ") if not chinese.isascii() else [chinese]
            for word in (*spaced, *others):
                found.setdefault(plain(word), []).append((kind, name))
    return {word: tuple(pairs) for word, pairs in found.items()}


def plain(heading: str) -> str:
    """A heading without case, blanks, signs, what stands in brackets, and the difference of characters."""
    text = unicodedata.normalize("NFKC", heading).strip(" *:")
    head = text.partition("(")[0].strip()
    return normalise(head or text)


def meanings(heading: str) -> tuple[tuple[str, str], ...]:
    """The (kind, field) pairs that a heading is known to mean."""
    key = plain(heading)
    return _by_word().get(key, ()) if key else ()


def likeness(heading: str, kind: str) -> dict[str, float]:
    """How surely a heading means each field of a kind, from 0 to 1; known words inside a longer one count half."""
    key = plain(heading)
    found = {name: 1.0 for where, name in _by_word().get(key, ()) if where == kind}
    if found or len(key) < 3:
        return found
    for word, pairs in _by_word().items():
        if len(word) >= 2 and word in key and not (word.isascii() and len(word) < 4):
            for where, name in pairs:
                if where == kind:
                    found[name] = max(found.get(name, 0), 0.3 + 0.4 * len(word) / len(key))
    return found
