# Builds and runs the tests against this Windows; tests/windows/README.md says what they do to it.
#   $env:GATEWAY_REAL_WINDOWS = 'look'; tests\windows\run.ps1
#   $env:GATEWAY_REAL_WINDOWS = 'I-may-change-this-machine'; tests\windows\run.ps1
# The last line is "N passed, N failed[, N skipped]"; the exit code is not 0 when a test failed, and with -NeedsWhole when the whole appliance was not tested.
[CmdletBinding()]
param([switch] $NeedsWhole)
$ErrorActionPreference = 'Stop'
$project = Join-Path $PSScriptRoot 'Gateway.Windows.Tests'
$results = if ($env:GATEWAY_TEST_RESULTS) { $env:GATEWAY_TEST_RESULTS } else { Join-Path ([IO.Path]::GetTempPath()) 'gateway-windows-results' }
$null = New-Item -ItemType Directory -Force $results

& dotnet build $project -v q -nodeReuse:false
if ($LASTEXITCODE -ne 0) { '0 passed, 1 failed'; exit 1 }
$xml = Join-Path $results 'Gateway.Windows.Tests.xml'
Remove-Item -LiteralPath $xml -ErrorAction SilentlyContinue
& (Join-Path $project 'bin\Debug\net10.0\Gateway.Windows.Tests.exe') -noLogo -noColor -result-xml $xml
$ended = $LASTEXITCODE
if (-not (Test-Path -LiteralPath $xml)) { '0 passed, 1 failed'; exit 1 }

# One <assembly passed= failed= skipped= errors=> with a <test type= result=> for each test.
$assembly = ([xml](Get-Content -LiteralPath $xml -Raw -Encoding UTF8)).assemblies.assembly
$failed = [int]$assembly.failed + [int]$assembly.errors
if ($ended -ne 0 -and $failed -eq 0) { $failed = 1 }
$whole = @($assembly.SelectNodes('.//test') | Where-Object { $_.type -like '*.Whole.*' -and $_.result -eq 'Pass' })
if ($NeedsWhole -and $whole.Count -eq 0) {
    'The whole appliance was not tested; the reasons stand above.'
    $failed++
}
"$($assembly.passed) passed, $failed failed$(if ($assembly.skipped -ne '0') { ", $($assembly.skipped) skipped" })"
exit [int]($failed -ne 0)
