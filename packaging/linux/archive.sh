#!/bin/sh
# Make dist/DesktopCRM-<version>-linux-<machine>.tar.gz of what `dev.py package` has built.
set -eu
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' desktop_crm/__init__.py)
cp packaging/linux/install.sh dist/DesktopCRM/
cp resources/desktop-crm.svg dist/DesktopCRM/
tar -C dist -czf "dist/DesktopCRM-$version-linux-$(uname -m).tar.gz" DesktopCRM
