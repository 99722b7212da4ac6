#!/bin/sh
# Make dist/DesktopCRM-<version>-macos-<machine>.dmg of the program that `dev.py package` has built.
set -eu
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' desktop_crm/__init__.py)
app="dist/Desktop CRM.app"
codesign --verify --deep "$app" # PyInstaller signs it ad hoc; Apple's chips refuse what is not signed
folder=$(mktemp -d)
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
hdiutil create -quiet -ov -volname "Desktop CRM" -srcfolder "$folder" -format UDZO \
  "dist/DesktopCRM-$version-macos-$(uname -m).dmg"
rm -rf "$folder"
