#!/bin/sh
# Put the program beside this file into the menu of this user. Nothing is copied: keep the folder where it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
mkdir -p "$data/applications" "$HOME/.local/bin"
cat > "$data/applications/DesktopCRM.desktop" <<END
[Desktop Entry]
Type=Application
Name=Desktop CRM
Comment=Customers, quotations, orders, payments and grades
Comment[zh_TW]=客戶、報價、訂單、收款與分級
Comment[zh_CN]=客户、报价、订单、收款与分级
Exec="$here/desktop-crm"
Icon=$here/desktop-crm.svg
Terminal=false
Categories=Office;
END
ln -sf "$here/desktop-crm" "$HOME/.local/bin/desktop-crm"
echo "Desktop CRM is in the menu; the command is desktop-crm."
