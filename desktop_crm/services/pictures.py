"""Pictures from outside: looked at with care, scaled down, and written anew before they enter the shop.

For the worker process: decoding a foreign picture may take memory and time.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

FILE_LIMIT = 20_000_000  # bytes
PIXEL_LIMIT = 40_000_000  # a photo of 7,700 x 5,200; decoded it takes 160 MB
SIDE = 1200  # pixels of the longer side that are kept: 10 cm at 300 dots per inch
FORMATS = ("PNG", "JPEG")


def prepare(path: Path) -> bytes:
    """The picture in ``path`` as PNG (or JPEG, when it was one), at most 1200 pixels long, without hidden data.

    Raises UserError for anything that is no PNG or JPEG, is too large or is damaged.
    """
    content = _read(path)
    if _is_svg(content):
        raise UserError(N_("SVG drawings cannot be used."), N_("Save the picture as PNG and choose that file."))
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _refuse_size()
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises for a header it cannot read
        raise UserError(
            N_("%(file)s is no PNG or JPEG picture."), N_("Choose another file."), file=path.name
        ) from error
    with image:
        if image.width * image.height > PIXEL_LIMIT:
            _refuse_size()
        return _written(image, path)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise UserError(N_("The picture file is larger than 20 MB."), N_("Choose a smaller picture."))
        return path.read_bytes()
    except OSError as error:
        raise UserError(N_("%(file)s cannot be read."), N_("Choose another file."), file=path.name) from error


def _is_svg(content: bytes) -> bool:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<svg", b"<?xml", b"<!doctype svg"))


def _refuse_size() -> NoReturn:
    raise UserError(
        N_("The picture has too many pixels."), N_("Scale it down to 4,000 pixels or less and choose it again.")
    )


def _written(image: Picture, path: Path) -> bytes:
    from PIL import ImageOps

    try:
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((SIDE, SIDE))
        out = io.BytesIO()
        if image.format == "JPEG":
            upright.convert("RGB").save(out, "JPEG", quality=92)
        else:
            upright.convert("RGBA").save(out, "PNG", optimize=True)
    except (OSError, SyntaxError, ValueError) as error:
        raise UserError(N_("%(file)s is damaged."), N_("Choose another file."), file=path.name) from error
    return out.getvalue()
