; Inno Setup 6: iscc /DVersion=0.1.0 packaging\windows\installer.iss, after `dev.py package`.
; Installs for the user who starts it; asks for no administrator. Shop files are elsewhere and are never touched.
#ifndef Version
  #error Say /DVersion=...
#endif

[Setup]
AppId={{DC577020-6C0B-4387-A3F9-170459E44675}
AppName=Desktop CRM
AppVersion={#Version}
AppVerName=Desktop CRM {#Version}
DefaultDirName={autopf}\Desktop CRM
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
DisableProgramGroupPage=yes
DisableDirPage=auto
ShowLanguageDialog=auto
ChangesAssociations=yes
CloseApplications=yes
SetupIconFile=..\..\build\pyinstaller\desktop_crm\desktop-crm.ico
UninstallDisplayIcon={app}\DesktopCRM.exe
OutputDir=..\..\dist
OutputBaseFilename=DesktopCRM-{#Version}-windows-x64
Compression=lzma2
SolidCompression=yes
WizardStyle=modern

[Languages]
; Inno Setup brings no Chinese: ours lie over the English texts
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "zh_TW"; MessagesFile: "compiler:Default.isl,zh_TW.isl"
Name: "zh_CN"; MessagesFile: "compiler:Default.isl,zh_CN.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"

[InstallDelete]
; libraries of the version before
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\DesktopCRM\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{autoprograms}\Desktop CRM"; Filename: "{app}\DesktopCRM.exe"
Name: "{autodesktop}\Desktop CRM"; Filename: "{app}\DesktopCRM.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.dcrm"; ValueType: string; ValueData: "DesktopCRM.shop"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\DesktopCRM.shop"; ValueType: string; ValueData: "Desktop CRM"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\DesktopCRM.shop\DefaultIcon"; ValueType: string; ValueData: "{app}\DesktopCRM.exe,0"
Root: HKA; Subkey: "Software\Classes\DesktopCRM.shop\shell\open\command"; ValueType: string; ValueData: """{app}\DesktopCRM.exe"" ""%1"""

[Run]
Filename: "{app}\DesktopCRM.exe"; Description: "{cm:LaunchProgram,Desktop CRM}"; Flags: nowait postinstall skipifsilent
