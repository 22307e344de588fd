using System.Globalization;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Sections;
using Xunit;

namespace Gateway.Windows.Tests.Looking;

/// <summary>What the product says that this computer is, held against what Windows' own tools say of it. Changes nothing.</summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public partial class FactsTests
{
    [Fact]
    public async Task The_operating_system_is_the_one_that_ver_and_WMI_name()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var system = await machine.Facts.OperatingSystemAsync(cancel);
        var version = Version().Match(await WindowsTool.MustAsync("cmd", cancel, "/d", "/c", "ver"));
        Assert.Equal(version.Groups[1].Value, $"{system.Build}");
        if (version.Groups[2] is { Success: true } revision) // an older ver leaves it out
            Assert.Equal(revision.Value, $"{system.Revision}");

        // "Win32_OperatingSystem class": ProductType 1 is a workstation, 2 a domain controller, 3 a server.
        var told = await WindowsTool.AskForOneAsync("Get-CimInstance Win32_OperatingSystem | Select-Object BuildNumber, ProductType, @{n='Is64';e={[Environment]::Is64BitOperatingSystem}}", cancel);
        Assert.Equal((string)told["BuildNumber"]!, $"{system.Build}");
        Assert.Equal((int)told["ProductType"]! == 1 ? ProductType.Client : ProductType.Server, system.ProductType);
        Assert.Equal((bool)told["Is64"]!, system.Is64Bit);
    }

    [Fact]
    public async Task Cores_and_memory_are_those_that_WMI_counts()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var hardware = await machine.Facts.HardwareAsync(cancel);
        var told = await WindowsTool.AskForOneAsync(
            """
            [pscustomobject]@{
              Cores = (Get-CimInstance Win32_Processor | Measure-Object NumberOfCores -Sum).Sum
              Memory = (Get-CimInstance Win32_ComputerSystem).TotalPhysicalMemory
            }
            """, cancel);
        Assert.Equal((long)(double)told["Cores"]!, hardware.CpuCores);
        Assert.Equal((long)told["Memory"]!, hardware.MemoryBytes);
    }

    [Fact]
    public async Task Drives_are_those_of_Win32_LogicalDisk_and_encrypted_as_BitLocker_says()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var volumes = await machine.Facts.VolumesAsync(cancel);

        // "Win32_LogicalDisk class": DriveType 2 is a removable disk, 3 a local one, 4 a network drive, 5 a compact disc.
        var disks = await WindowsTool.AskAsync("Get-CimInstance Win32_LogicalDisk | Select-Object DeviceID, DriveType, Size", cancel);
        Assert.Equal(disks.Select(d => (string)d["DeviceID"]!).Order(StringComparer.Ordinal), volumes.Select(v => v.Drive).Order(StringComparer.Ordinal));
        Assert.All(disks, disk =>
        {
            var volume = volumes.Single(v => v.Drive == (string)disk["DeviceID"]!);
            Assert.Equal((int)disk["DriveType"]! switch { 2 => VolumeKind.Removable, 3 => VolumeKind.Fixed, 4 => VolumeKind.Network, 5 => VolumeKind.CdRom, _ => VolumeKind.Other }, volume.Kind);
            if (volume.Kind == VolumeKind.Fixed && disk["Size"] is { } size)
                Assert.Equal((long)size, volume.SizeBytes);
        });

        // Where the module is missing, nobody says whether a drive is encrypted.
        var locked = (await WindowsTool.AskAsync(
            """
            if (Get-Command Get-BitLockerVolume -ErrorAction Ignore) {
              Get-BitLockerVolume | Where-Object { $_.MountPoint -match '^[A-Z]:$' } | ForEach-Object {
                [pscustomobject]@{ Drive = $_.MountPoint; Protection = "$($_.ProtectionStatus)"; Volume = "$($_.VolumeStatus)" } }
            }
            """, cancel)).ToDictionary(v => (string)v["Drive"]!, v => (string)v["Protection"]! switch { "On" => (string)v["Volume"]! == "FullyEncrypted", "Off" => false, _ => (bool?)null });
        Assert.All(volumes, volume => Assert.Equal(locked.GetValueOrDefault(volume.Drive), volume.Encrypted));
    }

    [Fact]
    public async Task The_clock_is_as_far_from_its_source_as_w32tm_measures()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        TimeFacts? time = null;
        string? silent = null;
        try
        {
            time = await machine.Facts.TimeAsync(cancel);
        }
        catch (NotAssessableException e)
        {
            silent = e.Why.English;
        }

        // Names of settings are not translated, what stands in brackets behind them is. The service has to run to be asked.
        var configuration = await WindowsTool.RunAsync("w32tm", cancel, "/query", "/configuration");
        if (configuration.ExitCode != 0)
        {
            Permission.Skip(time is { Source: null } || silent is not null ? "the Windows Time service does not run, so w32tm names no source" : null);
            Assert.NotNull(time);
        }

        if (time is { Source: { } source })
        {
            Assert.True(configuration.Output.Contains(source, StringComparison.OrdinalIgnoreCase) || DomainSync().IsMatch(configuration.Output), configuration.ToString());
            var offset = await OffsetAsync(source, cancel);
            Assert.True(offset is not null, $"w32tm cannot reach {source}, the product can");
            Assert.InRange(time.OffsetMilliseconds - offset.Value.TotalMilliseconds, -500, 500);
        }
        else if (silent is not null)
        {
            Assert.Contains("time source", silent, StringComparison.Ordinal);
            var server = NtpServer().Match(configuration.Output);
            if (server.Success)
                Assert.Null(await OffsetAsync(server.Groups[1].Value, cancel));
        }
        else
        {
            Assert.DoesNotMatch(@"(?m)^Type: (NTP|NT5DS|AllSync)\b", configuration.Output); // it syncs with nobody
        }
    }

    [Fact]
    public async Task Updates_and_a_waiting_restart_are_what_the_update_agent_tells_another_program()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var told = await WindowsTool.AskForOneAsync(
            """
            $searcher = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher()
            $searcher.Online = $false
            $last = (New-Object -ComObject Microsoft.Update.AutoUpdate).Results.LastSearchSuccessDate
            $newest = Get-HotFix | Where-Object InstalledOn | Sort-Object InstalledOn | Select-Object -Last 1
            [pscustomobject]@{
              Waiting = $searcher.Search('IsInstalled=0 and IsHidden=0').Updates.Count
              Restart = (New-Object -ComObject Microsoft.Update.SystemInfo).RebootRequired
              LastSearch = if ($last) { ([datetime]$last).ToString('yyyy-MM-dd') }
              Newest = if ($newest) { $newest.InstalledOn.ToString('yyyy-MM-dd') }
            }
            """, cancel);
        UpdateFacts updates;
        try
        {
            updates = await machine.Facts.UpdatesAsync(cancel);
        }
        catch (NotAssessableException e)
        {
            // It says nothing only where the last search is missing or long ago.
            Assert.True(told["LastSearch"] is not { } last || Day(last) < DateOnly.FromDateTime(DateTime.UtcNow.AddDays(-6)), e.Why.English);
            return;
        }

        Assert.InRange(updates.Pending, 0, (int)told["Waiting"]!); // a scanner's own updates are not counted
        if (told["Newest"] is { } newest)
            Assert.True(updates.NewestInstalledOn >= Day(newest), $"{updates.NewestInstalledOn} is older than {newest}");
        if ((bool)told["Restart"]!)
            Assert.True(updates.PendingRestart);
    }

    private static DateOnly Day(System.Text.Json.Nodes.JsonNode text) => DateOnly.ParseExact((string)text!, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    // "18:36:32, +03.3575094s", the sign and the unit in every language.
    private static async Task<TimeSpan?> OffsetAsync(string source, CancellationToken cancel)
    {
        var chart = await WindowsTool.RunAsync("w32tm", cancel, "/stripchart", $"/computer:{source}", "/samples:1", "/dataonly");
        return Sample().Match(chart.Output) is { Success: true } sample ? TimeSpan.FromSeconds(double.Parse(sample.Groups[1].Value.Replace(',', '.'), CultureInfo.InvariantCulture)) : null;
    }

    [GeneratedRegex(@"\d+\.\d+\.(\d+)(?:\.(\d+))?")]
    private static partial Regex Version();

    [GeneratedRegex(@"(?m)^Type: (NT5DS|AllSync)\b")]
    private static partial Regex DomainSync();

    [GeneratedRegex(@"(?m)^NtpServer: ([^,\s]+)")]
    private static partial Regex NtpServer();

    [GeneratedRegex(@"(?m), ([+-]\d+[.,]\d+)s\s*$")]
    private static partial Regex Sample();
}
