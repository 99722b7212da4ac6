#!/bin/sh
# Put the program beside this file into the menu of this user. Nothing is copied: keep the folder where it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
mkdir -p "$data/applications" "$data/mime/packages" "$HOME/.local/bin"
cat > "$data/applications/DesktopCRM.desktop" <<END
[Desktop Entry]
Type=Application
Name=Desktop CRM
Comment=Customers, quotations, orders, payments and grades
Comment[zh_TW]=客戶、報價、訂單、收款與分級
Comment[zh_CN]=客户、报价、订单、收款与分级
Exec="$here/desktop-crm" %f
MimeType=application/x-desktop-crm;
Icon=$here/desktop-crm.svg
Terminal=false
Categories=Office;
END
cat > "$data/mime/packages/desktop-crm.xml" <<END
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-desktop-crm">
    <comment>Desktop CRM</comment>
    <sub-class-of type="application/vnd.sqlite3"/>
    <glob pattern="*.dcrm" weight="80"/>
  </mime-type>
</mime-info>
END
# both are part of every desktop; without them the files only open from the program
if command -v update-mime-database > /dev/null; then update-mime-database "$data/mime"; fi
if command -v update-desktop-database > /dev/null; then update-desktop-database -q "$data/applications"; fi
ln -sf "$here/desktop-crm" "$HOME/.local/bin/desktop-crm"
echo "Desktop CRM is in the menu; the command is desktop-crm."
