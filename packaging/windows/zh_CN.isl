; Our words over Inno Setup's English ones: what somebody sees who installs, updates or removes the program.

[LangOptions]
LanguageName=<7B80><4F53><4E2D><6587>
LanguageID=$0804
DialogFontName=Microsoft YaHei UI

[Messages]
SetupAppTitle=安装
SetupWindowTitle=安装 %1
UninstallAppTitle=卸载
UninstallAppFullTitle=卸载 %1
InformationTitle=消息
ConfirmTitle=确认
ErrorTitle=错误
ButtonBack=< 上一步(&B)
ButtonNext=下一步(&N) >
ButtonInstall=安装(&I)
ButtonOK=确定
ButtonCancel=取消
ButtonYes=是(&Y)
ButtonNo=否(&N)
ButtonFinish=完成(&F)
ButtonBrowse=浏览(&B)...
ButtonWizardBrowse=浏览(&R)...
ExitSetupTitle=结束安装
ExitSetupMessage=安装尚未完成。现在结束的话，程序不会装好。%n%n之后可以再运行一次安装程序。%n%n要结束安装吗？
ClickNext=按“下一步”继续，按“取消”结束安装。
WizardSelectDir=选择安装位置
SelectDirDesc=要把 [name] 安装在哪里？
SelectDirLabel3=[name] 会安装到下列文件夹。
SelectDirBrowseLabel=按“下一步”继续。要换文件夹请按“浏览”。
DiskSpaceMBLabel=至少需要 [mb] MB 的磁盘空间。
WizardSelectTasks=其他工作
SelectTasksDesc=要另外做哪些工作？
SelectTasksLabel2=勾选安装 [name] 时要一并做的工作，再按“下一步”。
WizardReady=可以安装了
ReadyLabel1=已准备好将 [name] 安装到您的电脑。
ReadyLabel2a=按“安装”开始；要检查或更改设置请按“上一步”。
ReadyLabel2b=按“安装”开始。
ReadyMemoDir=安装位置：
ReadyMemoTasks=其他工作：
WizardPreparing=准备安装
PreparingDesc=正在准备将 [name] 安装到您的电脑。
ApplicationsFound=下列程序正在使用要更新的文件。建议让安装程序自动关闭它们。
ApplicationsFound2=下列程序正在使用要更新的文件。建议让安装程序自动关闭它们，完成后会再打开。
CloseApplications=自动关闭程序(&A)
DontCloseApplications=不要关闭程序(&D)
WizardInstalling=安装中
InstallingLabel=正在将 [name] 安装到您的电脑，请稍候。
StatusClosingApplications=正在关闭程序...
StatusExtractFiles=正在解压缩文件...
StatusCreateIcons=正在创建快捷方式...
StatusRunProgram=正在完成安装...
StatusRollback=正在撤销更改...
FinishedHeadingLabel=[name] 安装完成
FinishedLabel=[name] 已经装好，可以从“开始”菜单打开。
FinishedLabelNoIcons=[name] 已经装好。
ClickFinish=按“完成”结束安装。
ConfirmUninstall=要移除 %1 吗？您的数据文件会保留。
UninstallStatusLabel=正在移除 %1，请稍候。
StatusUninstalling=正在移除 %1...
UninstalledAll=%1 已经移除。

[CustomMessages]
CreateDesktopIcon=在桌面创建快捷方式(&D)
LaunchProgram=打开 %1
