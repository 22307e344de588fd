using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Verdicts;
using Xunit;

namespace Gateway.Provisioning.Tests.Controls;

/// <summary>The manifest can ask for more than the system requirements; asking for less does not make a machine meet them.</summary>
public class LoweredMinimaTests
{
    [Theory]
    [InlineData("HW-1", """{ "hardware": { "cpuCores": 4 } }""", "the manifest asks for 4 cores only, the requirements for 8 cores")]
    [InlineData("HW-2", """{ "hardware": { "memory": "16 GiB" } }""", "the manifest asks for 16 GiB only, the requirements for 24 GiB")]
    [InlineData("HW-2", """{ "hardware": { "memoryTolerancePercent": 20 } }""", "the manifest forgives 20 %, the requirements 6 %")]
    [InlineData("HW-3", """{ "hardware": { "disks": [ { "drive": "D:\\", "size": "30 GB", "freeBeforeInstallation": "1 GB" }, { "drive": "E:\\", "size": "200 GB", "freeBeforeInstallation": "1 GB" } ] } }""", "the manifest asks for 30 GB only, the requirements for 50 GB")]
    [InlineData("HW-4", """{ "hardware": { "disks": [ { "drive": "D:\\", "size": "50 GB", "freeBeforeInstallation": "1 GB" }, { "drive": "E:\\", "size": "199 GB", "freeBeforeInstallation": "1 GB" } ] } }""", "the manifest asks for 199 GB only, the requirements for 200 GB")]
    [InlineData("HW-3", """{ "hardware": { "diskTolerancePercent": 10 } }""", "the manifest forgives 10 %, the requirements 1 %")]
    [InlineData("OS-1", """{ "system": { "supported": [ { "name": "Windows Server 2022", "productType": "server", "buildFrom": 20348, "buildTo": 26100 } ] } }""", "the manifest takes Windows Server 2022 (server, builds 20348 to 26100) for supported, the requirements do not")]
    [InlineData("OS-4", """{ "system": { "drives": ["C:\\", "D:\\", "E:\\"] } }""", "the manifest allows C: too, the requirements only D: and E:")]
    [InlineData("SEC-1", """{ "firewall": { "windowsPorts": ["1-65535"] } }""", "the manifest takes TCP 1-65535 for Windows' own")]
    [InlineData("SEC-1", """{ "firewall": { "windowsPorts": ["135", "21"] } }""", "the manifest takes TCP 21 for Windows' own")]
    [InlineData("SEC-1", """{ "firewall": { "windowsUdpPorts": ["123", "69"] } }""", "the manifest takes UDP 69 for Windows' own")]
    [InlineData("AV-2", """{ "antivirus": { "folders": [ { "path": "D:\\VISUS", "control": "AV-3" }, { "path": "D:\\mariaDB\\data", "control": "AV-3" } ] } }""", "the manifest does not name it, the requirements do")]
    [InlineData("AV-3", """{ "antivirus": { "folders": [ { "path": "E:\\VISUS\\images", "control": "AV-2" }, { "path": "D:\\VISUS", "control": "AV-3" } ] } }""", "the manifest does not name it, the requirements do")]
    [InlineData("AV-4", """{ "antivirus": { "processes": [ { "path": "%GATEWAY%\\Gateway.Service.exe", "replaces": "%JCS_HOME%\\bin\\CSNTService.exe" } ] } }""", "the manifest does not name it, the requirements do")]
    [InlineData("AV-4", """{ "antivirus": { "processes": [] } }""", "the manifest does not name it, the requirements do")]
    [InlineData("AV-5", """{ "antivirus": { "mode": "extensions", "extensions": [".dicom"] } }""", "the manifest does not name it, the requirements do")]
    [InlineData("BAK-2", """{ "backup": { "keepDays": 3 } }""", "the manifest asks for 3 days only, the requirements for 5 days")]
    [InlineData("CLI-2", """{ "web": { "browsers": ["Chromium"] } }""", "the manifest asks for Chromium only, the requirements for Chromium, Firefox")]
    [InlineData("CLI-3", """{ "web": { "clientMemory": "900 MB" } }""", "the manifest allows 900 MB, the requirements 500 MB")]
    public async Task A_manifest_that_asks_for_less_than_the_requirements_does_not_meet_the_control(string control, string overlay, string says)
    {
        var verdict = await RecordedVerdict.ByManifestAsync(control, overlay);
        Assert.Equal(verdict.Control.Force == Force.Must ? Verdict.NotMet : Verdict.Deviation, verdict.Verdict);
        Assert.Contains(verdict.Evidence, e => e.Observed.English.Contains(says, StringComparison.Ordinal) && e.How == Provenance.Manifest);
    }

    [Theory]
    [InlineData("HW-1", """{ "hardware": { "cpuCores": 8, "memoryTolerancePercent": 0, "diskTolerancePercent": 0 } }""")]
    [InlineData("OS-1", """{ "system": { "supported": [ { "name": "Server 2022", "productType": "server", "buildFrom": 20348, "buildTo": 20348, "endOfSupport": "2031-10-14" } ] } }""")]
    [InlineData("OS-4", """{ "system": { "drives": ["E:\\", "D:\\"] } }""")]
    [InlineData("AV-2", """{ "antivirus": { "folders": [ { "path": "E:\\VISUS\\images", "control": "AV-2" }, { "path": "D:\\VISUS", "control": "AV-3" }, { "path": "D:\\mariaDB\\data", "control": "AV-3" } ] } }""")]
    [InlineData("AV-4", """{ "antivirus": { "processes": [ { "path": "%GATEWAY%\\Gateway.Service.exe", "replaces": "%JCS_HOME%\\bin\\CSNTService.exe" }, { "path": "D:\\VISUS\\MariaDB\\bin\\mariadbd.exe", "replaces": "D:\\VISUS\\MariaDB\\bin\\mysqld.exe" } ] } }""")]
    [InlineData("SEC-1", """{ "firewall": { "windowsPorts": ["135", "445", "3389", "5985", "5986", "49152-65535"] } }""")]
    public async Task A_manifest_that_asks_for_as_much_or_more_meets_it(string control, string overlay) =>
        Assert.Equal(Verdict.Rehearsed, (await RecordedVerdict.ByManifestAsync(control, overlay)).Verdict);

    [Theory]
    [InlineData(200_000_000_000, Verdict.Rehearsed)]
    [InlineData(100_000_000_000, Verdict.NotMet)]
    public async Task A_disk_that_the_manifest_leaves_out_is_asked_for_by_the_requirements_all_the_same(long size, Verdict expected)
    {
        MachineFacts Sized(MachineFacts f) => f with { Volumes = [.. f.Volumes!.Select(v => v.Drive == "E:" ? v with { SizeBytes = size } : v)] };
        var verdict = await RecordedVerdict.ByManifestAsync("HW-4", """{ "hardware": { "disks": [ { "drive": "D:\\", "size": "50 GB", "freeBeforeInstallation": "1 GB" } ] } }""", Sized);
        Assert.Equal(expected, verdict.Verdict);
    }
}
