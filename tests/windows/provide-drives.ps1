# Gives a machine the drives that an appliance stands on, where they are missing: D: with 50 GB and E: with 200 GB, each a virtual disk in a file that grows as it is
# written ("create vdisk", "attach vdisk", "assign", Windows Commands, Microsoft Learn). What is a fixed drive with NTFS already is left alone.
#   tests\windows\provide-drives.ps1                    an optical drive in the way is named, and nothing is done
#   tests\windows\provide-drives.ps1 -ReleaseOptical    an optical drive in the way loses its letter ("mountvol") until the next start
#   tests\windows\provide-drives.ps1 -Remove            detaches the disks that it made and deletes their files
[CmdletBinding()]
param([string] $Folder = (Join-Path $env:SystemDrive 'gateway-drives'), [switch] $ReleaseOptical, [switch] $Remove)
$ErrorActionPreference = 'Stop'

function Invoke-DiskPart([string[]] $Lines) {
    $script = [IO.Path]::GetTempFileName()
    try {
        Set-Content -LiteralPath $script -Value $Lines -Encoding Ascii
        $said = & diskpart.exe /s $script
        if ($LASTEXITCODE -ne 0) { throw "diskpart ended with ${LASTEXITCODE}:`n$($Lines -join "`n")`n$($said -join "`n")" }
    }
    finally { Remove-Item -LiteralPath $script }
}

foreach ($drive in @{ Letter = 'D'; Megabytes = 51200 }, @{ Letter = 'E'; Megabytes = 204800 }) {
    $letter = "$($drive.Letter):"
    $file = Join-Path $Folder "$($drive.Letter).vhdx"
    if ($Remove) {
        if (Test-Path -LiteralPath $file) {
            Invoke-DiskPart "select vdisk file=""$file""", 'detach vdisk'
            Remove-Item -LiteralPath $file
            "$letter is gone"
        }
        continue
    }

    # "Win32_LogicalDisk class": DriveType 3 is a local disk, 5 a compact disc.
    $there = Get-CimInstance Win32_LogicalDisk -Filter "DeviceID='$letter'"
    if ($there -and $there.DriveType -eq 3 -and $there.FileSystem -eq 'NTFS') { "$letter is there, with $([math]::Round($there.Size / 1e9)) GB"; continue }
    if ($there -and $there.DriveType -eq 5 -and $ReleaseOptical) {
        & mountvol.exe $letter /D
        if ($LASTEXITCODE -ne 0) { throw "mountvol $letter /D ended with $LASTEXITCODE" }
    }
    elseif ($there) { throw "$letter is taken (drive type $($there.DriveType), file system '$($there.FileSystem)'): give it another letter first" }
    $null = New-Item -ItemType Directory -Force $Folder
    Invoke-DiskPart "create vdisk file=""$file"" maximum=$($drive.Megabytes) type=expandable", 'attach vdisk', 'create partition primary', 'format fs=ntfs quick', "assign letter=$($drive.Letter)"
    "$letter is made, in $file"
}

if ($Remove -and (Test-Path -LiteralPath $Folder) -and -not (Get-ChildItem -LiteralPath $Folder)) { Remove-Item -LiteralPath $Folder }
