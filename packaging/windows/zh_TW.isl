; Our words over Inno Setup's English ones: what somebody sees who installs, updates or removes the program.

[LangOptions]
LanguageName=<7E41><9AD4><4E2D><6587>
LanguageID=$0404
DialogFontName=Microsoft JhengHei UI

[Messages]
SetupAppTitle=安裝
SetupWindowTitle=安裝 %1
UninstallAppTitle=解除安裝
UninstallAppFullTitle=解除安裝 %1
InformationTitle=訊息
ConfirmTitle=確認
ErrorTitle=錯誤
ButtonBack=< 上一步(&B)
ButtonNext=下一步(&N) >
ButtonInstall=安裝(&I)
ButtonOK=確定
ButtonCancel=取消
ButtonYes=是(&Y)
ButtonNo=否(&N)
ButtonFinish=完成(&F)
ButtonBrowse=瀏覽(&B)...
ButtonWizardBrowse=瀏覽(&R)...
ExitSetupTitle=結束安裝
ExitSetupMessage=安裝尚未完成。現在結束的話，程式不會裝好。%n%n之後可以再執行一次安裝程式。%n%n要結束安裝嗎？
ClickNext=按「下一步」繼續，按「取消」結束安裝。
WizardSelectDir=選擇安裝位置
SelectDirDesc=要把 [name] 安裝在哪裡？
SelectDirLabel3=[name] 會安裝到下列資料夾。
SelectDirBrowseLabel=按「下一步」繼續。要換資料夾請按「瀏覽」。
DiskSpaceMBLabel=至少需要 [mb] MB 的磁碟空間。
WizardSelectTasks=其他工作
SelectTasksDesc=要另外做哪些工作？
SelectTasksLabel2=勾選安裝 [name] 時要一併做的工作，再按「下一步」。
WizardReady=可以安裝了
ReadyLabel1=已準備好將 [name] 安裝到您的電腦。
ReadyLabel2a=按「安裝」開始；要檢查或更改設定請按「上一步」。
ReadyLabel2b=按「安裝」開始。
ReadyMemoDir=安裝位置：
ReadyMemoTasks=其他工作：
WizardPreparing=準備安裝
PreparingDesc=正在準備將 [name] 安裝到您的電腦。
ApplicationsFound=下列程式正在使用要更新的檔案。建議讓安裝程式自動關閉它們。
ApplicationsFound2=下列程式正在使用要更新的檔案。建議讓安裝程式自動關閉它們，完成後會再開啟。
CloseApplications=自動關閉程式(&A)
DontCloseApplications=不要關閉程式(&D)
WizardInstalling=安裝中
InstallingLabel=正在將 [name] 安裝到您的電腦，請稍候。
StatusClosingApplications=正在關閉程式...
StatusExtractFiles=正在解壓縮檔案...
StatusCreateIcons=正在建立捷徑...
StatusRunProgram=正在完成安裝...
StatusRollback=正在復原變更...
FinishedHeadingLabel=[name] 安裝完成
FinishedLabel=[name] 已經裝好，可以從「開始」功能表開啟。
FinishedLabelNoIcons=[name] 已經裝好。
ClickFinish=按「完成」結束安裝。
ConfirmUninstall=要移除 %1 嗎？您的資料檔會保留。
UninstallStatusLabel=正在移除 %1，請稍候。
StatusUninstalling=正在移除 %1...
UninstalledAll=%1 已經移除。

[CustomMessages]
CreateDesktopIcon=在桌面建立捷徑(&D)
LaunchProgram=開啟 %1
