using System.Management.Automation;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest.Sections;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Platform = Gateway.Provisioning.Machines.Facts.Platform;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>What Windows says of itself, through the rig's WMI, a registry and an update agent of the test's, and a time server that answers by RFC 4330.</summary>
public sealed class WindowsFactsTests
{
    private const string Parameters = @"SYSTEM\CurrentControlSet\Services\W32Time\Parameters";
    private const string VolumeEncryption = "root/cimv2/Security/MicrosoftVolumeEncryption";
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 3, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("display-values")]
    public async Task A_fresh_virtual_server_says_what_it_is(string faults)
    {
        using var rig = new RigPowerShell(faults);
        using var server = new SntpServer(TimeProvider.System, TimeSpan.FromMilliseconds(250));
        var clock = new FakeTimeProvider(Now);
        var facts = Facts(rig, new() { Agent = new Agent { LastSearch = Now.AddHours(-5) } }, clock, server);
        Assert.Equal(new OperatingSystemFacts(20348, 4405, ProductType.Server, true), await facts.OperatingSystemAsync(Cancel));
        Assert.Equal(new HardwareFacts(8, 25_768_939_520, Platform.Virtual, "VMware, Inc. VMware20,1"), await facts.HardwareAsync(Cancel));
        Assert.Equal([(null, "C:"), (null, "D:"), ((bool?)null, "E:")], (await facts.VolumesAsync(Cancel)).Select(volume => (volume.Encrypted, volume.Drive)));
        Assert.Equal(new UpdateFacts(new DateOnly(2026, 11, 11), 0, false), await facts.UpdatesAsync(Cancel));
    }

    [Fact]
    public async Task A_look_at_everything_costs_four_pipelines_however_many_ask_and_the_next_look_asks_again()
    {
        using var rig = new RigPowerShell();
        using var server = new SntpServer(TimeProvider.System, TimeSpan.Zero);
        var agent = new Agent { LastSearch = Now };
        var facts = Facts(rig, new() { Agent = agent, Time = "AllSync", NtpServer = "127.0.0.1,0x8" }, TimeProvider.System, server);
        agent.LastSearch = TimeProvider.System.GetUtcNow();
        Task Look() => Task.WhenAll(Enumerable.Range(0, 8).SelectMany(_ => new Task[]
        {
            facts.OperatingSystemAsync(Cancel), facts.HardwareAsync(Cancel), facts.VolumesAsync(Cancel), facts.UpdatesAsync(Cancel), facts.TimeAsync(Cancel),
        }));
        await Look();
        Assert.Equal((4, 1, 1), (rig.Calls.Count, agent.Asked, server.Asked));
        Assert.All(rig.Calls, call => Assert.Equal("Get-CimInstance", call));
        facts.Forget();
        await Look();
        Assert.Equal((8, 2, 2), (rig.Calls.Count, agent.Asked, server.Asked));
    }

    [Theory]
    [InlineData("VMware, Inc.", "VMware Virtual Platform", true)]
    [InlineData("Microsoft Corporation", "Virtual Machine", true)]
    [InlineData("Microsoft Corporation", "Surface Pro 9", false)]
    [InlineData("QEMU", "Standard PC (Q35 + ICH9, 2009)", true)]
    [InlineData("Nutanix", "AHV", true)]
    [InlineData("Nutanix", "NX-3060-G8", false)]
    [InlineData("Xen", "HVM domU", true)]
    [InlineData("Amazon EC2", "m5.large", true)]
    [InlineData("Amazon EC2", "m5.metal", false)]
    [InlineData("HPE", "ProLiant DL380 Gen11", false)] // with Hyper-V or virtualization-based security a hypervisor is present there too
    public async Task Maker_and_model_decide_and_not_whether_a_hypervisor_is_present(string maker, string model, bool isVirtual)
    {
        using var rig = new RigPowerShell();
        Instances(rig, "Win32_ComputerSystem", new JsonObject { ["Manufacturer"] = maker, ["Model"] = model, ["HypervisorPresent"] = true, ["TotalPhysicalMemory"] = 25769803776 });
        var hardware = await Facts(rig).HardwareAsync(Cancel);
        Assert.Equal((isVirtual ? Platform.Virtual : Platform.Physical, isVirtual ? $"{maker} {model}" : null), (hardware.Platform, hardware.Hypervisor));
    }

    [Fact]
    public async Task A_container_is_no_machine_of_its_own()
    {
        using var rig = new RigPowerShell();
        Assert.Equal(Platform.Container, (await Facts(rig, new() { More = { [@"SYSTEM\CurrentControlSet\Control\ContainerType"] = 2 } }).HardwareAsync(Cancel)).Platform);
    }

    [Fact]
    public async Task Cores_are_the_sum_of_all_sockets_not_threads()
    {
        using var rig = new RigPowerShell();
        Instances(rig, "Win32_Processor",
            new JsonObject { ["DeviceID"] = "CPU0", ["NumberOfCores"] = 2, ["NumberOfLogicalProcessors"] = 4 }, new JsonObject { ["DeviceID"] = "CPU1", ["NumberOfCores"] = 2, ["NumberOfLogicalProcessors"] = 4 });
        Assert.Equal(4, (await Facts(rig).HardwareAsync(Cancel)).CpuCores);
    }

    [Fact]
    public async Task Texts_in_the_machines_language_decide_nothing()
    {
        using var rig = new RigPowerShell();
        var german = await Facts(rig).OperatingSystemAsync(Cancel);
        Instances(rig, "Win32_OperatingSystem", new JsonObject { ["Caption"] = "Microsoft Windows Server 2022 Datenbank-Edition ", ["ProductType"] = 1 });
        Instances(rig, "Win32_QuickFixEngineering", new JsonObject { ["HotFixID"] = "KB1", ["Description"] = "Sicherheitsupdate", ["InstalledOn"] = "11/11/2026" });
        var facts = Facts(rig, new() { Agent = new Agent { LastSearch = Now } });
        Assert.Equal(german, await facts.OperatingSystemAsync(Cancel));
        Assert.Equal(new DateOnly(2026, 11, 11), (await facts.UpdatesAsync(Cancel)).NewestInstalledOn);
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)] // still being encrypted
    [InlineData(0, 1, false)] // suspended: the key lies beside it in the clear
    [InlineData(0, 0, false)]
    [InlineData(2, null, null)] // locked
    [InlineData(1, null, true)]
    public async Task A_volume_is_encrypted_when_BitLocker_protects_all_of_it(int protection, int? conversion, bool? encrypted)
    {
        using var rig = new RigPowerShell();
        Instances(rig, "Win32_EncryptableVolume", new JsonObject { ["DriveLetter"] = "d:", ["ProtectionStatus"] = protection, ["ConversionStatus"] = conversion });
        rig.Change(state => state["cim"]!["namespaces"] = new JsonArray(VolumeEncryption));
        var volumes = await Facts(rig).VolumesAsync(Cancel);
        Assert.Equal([null, encrypted, null], volumes.Select(volume => volume.Encrypted));
        Assert.Equal([VolumeKind.Fixed, VolumeKind.Fixed, VolumeKind.Removable], volumes.Select(volume => volume.Kind));
    }

    [Theory]
    [InlineData("access-denied")]
    [InlineData("cimcmdlets-missing")]
    public async Task Drives_are_known_where_BitLocker_may_not_be_asked(string faults)
    {
        using var rig = new RigPowerShell(faults);
        rig.Change(state => state["cim"] = new JsonObject { ["namespaces"] = new JsonArray(VolumeEncryption) });
        Assert.Equal([("C:", null), ("D:", null), ("E:", (bool?)null)], (await Facts(rig).VolumesAsync(Cancel)).Select(volume => (volume.Drive, volume.Encrypted)));
    }

    [Fact]
    public async Task Without_the_module_nothing_is_made_up()
    {
        using var rig = new RigPowerShell("cimcmdlets-missing");
        var facts = Facts(rig, new() { Agent = new Agent { LastSearch = Now } });
        var why = await Assert.ThrowsAsync<NotAssessableException>(() => facts.HardwareAsync(Cancel));
        Assert.Equal("dieses Windows hat kein Cmdlet Get-CimInstance", why.Why.German);
        await Assert.ThrowsAsync<NotAssessableException>(() => facts.UpdatesAsync(Cancel));
        Assert.False(await facts.WaitsForRestartAsync(Cancel));
        Assert.Equal(20348, (await facts.OperatingSystemAsync(Cancel)).Build);
    }

    [Fact]
    public async Task A_slow_machine_is_waited_for_and_can_be_given_up()
    {
        using var rig = new RigPowerShell("slow:1.5");
        var facts = Facts(rig);
        using (var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancel))
        {
            impatient.CancelAfter(TimeSpan.FromSeconds(0.5));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => facts.HardwareAsync(impatient.Token));
        }

        Assert.Equal(8, (await facts.HardwareAsync(Cancel)).CpuCores);
    }

    [Fact]
    public async Task What_waits_and_what_was_installed_is_Windows_own_and_not_the_scanners()
    {
        using var rig = new RigPowerShell();
        var definitions = new AgentUpdate("Security Intelligence-Update", ["8c3fcc84-7410-4a95-8b89-a166a0190486", "E0789628-CE08-4437-BE74-2495B842F43B"]);
        var quality = new AgentUpdate("2026-11 Kumulatives Update (KB5070884)", ["0fa1201d-4330-4fa8-8ae9-b877473b6441"]);
        var agent = new Agent
        {
            LastSearch = Now.AddDays(-1),
            NotInstalled = [definitions, quality],
            History =
            [
                new(definitions, Now.AddHours(-1), 1, 2),
                new(new("Microsoft Defender Antivirus (KB4052623)", []), Now.AddHours(-2), 1, 2),
                new(quality, Now.AddDays(-2), 1, 4), // failed
                new(quality, Now.AddDays(-3), 2, 2), // removed
                new(quality, Now.AddDays(-5), 1, 2),
                new(quality, Now.AddYears(1), 1, 2), // by a clock that was wrong
            ],
        };
        Assert.Equal(new UpdateFacts(new DateOnly(2026, 11, 19), 1, false), await Facts(rig, new() { Agent = agent }).UpdatesAsync(Cancel));
    }

    [Theory]
    [InlineData(null, "Windows has never searched for updates with success")]
    [InlineData(8, "Windows last searched for updates with success on 2026-11-16")]
    public async Task An_empty_list_of_a_search_that_was_long_ago_says_nothing(int? daysAgo, string why)
    {
        using var rig = new RigPowerShell();
        var facts = Facts(rig, new() { Agent = new Agent { LastSearch = daysAgo is { } days ? Now.AddDays(-days) : null } });
        Assert.Equal(why, (await Assert.ThrowsAsync<NotAssessableException>(() => facts.UpdatesAsync(Cancel))).Why.English);
    }

    [Fact]
    public async Task Without_an_update_agent_updates_are_not_assessed()
    {
        using var rig = new RigPowerShell();
        await Assert.ThrowsAsync<NotAssessableException>(() => Facts(rig, new() { Agent = null }).UpdatesAsync(Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("agent")]
    [InlineData("servicing")]
    [InlineData("windows-update")]
    [InlineData("rename")]
    [InlineData("empty-rename")]
    public async Task A_pending_restart_is_noted_in_one_of_four_places(string place)
    {
        using var rig = new RigPowerShell();
        var windows = new Windows { Agent = new Agent { LastSearch = Now, RestartRequired = place == "agent" } };
        var (where, value) = place switch
        {
            "servicing" => (@"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending", (object)""),
            "windows-update" => (@"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired", ""),
            "rename" => (@"SYSTEM\CurrentControlSet\Control\Session Manager\PendingFileRenameOperations", new[] { @"\??\C:\Windows\Temp\a.tmp", "" }),
            "empty-rename" => (@"SYSTEM\CurrentControlSet\Control\Session Manager\PendingFileRenameOperations", Array.Empty<string>()),
            _ => ("nothing", ""),
        };
        windows.More[where] = value;
        Assert.Equal(place is not ("" or "empty-rename"), (await Facts(rig, windows).UpdatesAsync(Cancel)).PendingRestart);
        Assert.Equal(place is not ("" or "empty-rename"), await Facts(rig, windows).WaitsForRestartAsync(Cancel));
    }

    [Theory]
    [InlineData("2026-11-11", "10/15/2026", "11/11/2026", "")]
    [InlineData("2026-11-11", "11/11/2026 12:00:00 AM")]
    [InlineData("2026-11-02", "02/11/2026", "31/10/2026")] // the second shows that the day comes first
    [InlineData("2026-11-11", "11.11.2026", "31.10.2026")]
    [InlineData("2026-11-11", "20261111")]
    [InlineData("2026-11-11", "01dd71d42d6b6000")]
    [InlineData("2026-02-11", "2/11/2026", "12/31/2026")] // no update is of the future
    [InlineData(null, "gestern", "", "99/99/2026")]
    public void The_newest_day_is_read_from_the_documented_forms(string? newest, params string[] texts) => Assert.Equal(
        newest is null ? null : DateOnly.Parse(newest, System.Globalization.CultureInfo.InvariantCulture),
        UpdateDays.Newest([.. texts.Select(text => { var update = new PSObject(); update.Properties.Add(new PSNoteProperty("InstalledOn", text)); return update; })], new DateOnly(2026, 11, 25)));

    [Fact]
    public async Task The_offset_is_measured_from_the_first_source_that_answers()
    {
        using var rig = new RigPowerShell();
        using var server = new SntpServer(TimeProvider.System, TimeSpan.FromSeconds(-4));
        var facts = Facts(rig, new() { Time = "NTP", NtpServer = "127.0.0.1,0xa time.invalid,0x8" }, TimeProvider.System, server);
        var time = await facts.TimeAsync(Cancel);
        Assert.Equal("127.0.0.1", time.Source);
        Assert.InRange(time.OffsetMilliseconds, -4100, -3900);
    }

    [Fact]
    public async Task A_source_that_does_not_answer_leaves_the_offset_unknown()
    {
        using var rig = new RigPowerShell();
        using var server = new SntpServer(TimeProvider.System, TimeSpan.Zero, _ => false);
        var facts = Facts(rig, new() { Time = "NTP", NtpServer = "127.0.0.1 time.invalid" }, TimeProvider.System, server);
        var why = await Assert.ThrowsAsync<NotAssessableException>(() => facts.TimeAsync(Cancel));
        Assert.Equal("no time source tells the time: 127.0.0.1 (127.0.0.1) does not answer, time.invalid cannot be resolved; ask the administrators to let UDP 123 from this machine to it through, for gwctl too", why.Why.English);
    }

    [Fact]
    public async Task A_member_of_a_domain_asks_its_domain_and_a_machine_of_none_has_no_source()
    {
        using var rig = new RigPowerShell();
        using var server = new SntpServer(TimeProvider.System, TimeSpan.Zero);
        Instances(rig, "Win32_ComputerSystem", new JsonObject { ["PartOfDomain"] = true, ["Domain"] = "localhost" });
        var facts = Facts(rig, new() { Time = "NT5DS" }, TimeProvider.System, server);
        Assert.Equal("localhost", (await facts.TimeAsync(Cancel)).Source);
        Instances(rig, "Win32_ComputerSystem", new JsonObject { ["PartOfDomain"] = false, ["Domain"] = "WORKGROUP" });
        facts.Forget();
        Assert.Null((await facts.TimeAsync(Cancel)).Source);
        Assert.Equal(1, server.Asked);
    }

    [Theory]
    [InlineData("NTP", "a,0x2 b,0x9 c", 2, null, null, "b c a")]
    [InlineData("NTP", "a,0x8", 3, "policy", null, "policy")]
    [InlineData("NTP", "a,0x8", 4, null, null, "")] // the service is disabled
    [InlineData("NTP", "a,0x8", 3, null, 0, "")] // the client is
    [InlineData("NoSync", "a,0x8", 3, null, 1, "")]
    [InlineData("NT5DS", "a,0x8", 3, null, 1, "domain")]
    [InlineData("AllSync", "a,0x8", 3, null, 1, "a domain")]
    public void The_sources_are_those_that_the_time_service_asks(string type, string servers, int start, string? policy, int? client, string expected)
    {
        var windows = new Windows { Time = type, NtpServer = servers };
        windows.More[@"SYSTEM\CurrentControlSet\Services\W32Time\Start"] = start;
        if (policy is not null)
            windows.More[@"SOFTWARE\Policies\Microsoft\W32Time\Parameters\NtpServer"] = policy;
        if (client is { } enabled)
            windows.More[@"SYSTEM\CurrentControlSet\Services\W32Time\TimeProviders\NtpClient\Enabled"] = enabled;
        var sources = TimeSources.Of(windows);
        Assert.Equal(expected, string.Join(' ', sources.FromDomain ? [.. sources.Servers, "domain"] : sources.Servers));
    }

    private static WindowsFacts Facts(RigPowerShell rig, Windows? windows = null, TimeProvider? clock = null, SntpServer? server = null)
    {
        windows ??= new();
        clock ??= new FakeTimeProvider(Now);
        return new WindowsFacts(
            rig.Connection, windows,
            () => [new("C:", VolumeKind.Fixed, 1, 1, null), new("D:", VolumeKind.Fixed, 1, 1, null), new("E:", VolumeKind.Removable, 1, 1, null)],
            windows.Agent ?? (IUpdateAgent)new NoAgent(), new SntpClient(clock, server?.Port ?? 9), clock);
    }

    private static void Instances(RigPowerShell rig, string name, params JsonNode[] instances) => rig.Change(state =>
    {
        var cim = state["cim"] ??= new JsonObject();
        var all = cim["instances"] ??= new JsonObject();
        all[name] = new JsonArray([.. instances]);
    });

    /// <summary>A registry as a fresh Server 2022 has it, with what a test adds.</summary>
    private sealed class Windows : ISystemRegistry
    {
        public Agent? Agent { get; init; } = new();

        public string Time { get; init; } = "NT5DS";

        public string NtpServer { get; init; } = "time.windows.com,0x8";

        public Dictionary<string, object> More { get; } = [];

        public object? Value(string key, string name) => More.GetValueOrDefault($@"{key}\{name}") ?? $@"{key}\{name}" switch
        {
            @"SOFTWARE\Microsoft\Windows NT\CurrentVersion\CurrentBuildNumber" => "20348",
            @"SOFTWARE\Microsoft\Windows NT\CurrentVersion\UBR" => 4405,
            @"SYSTEM\CurrentControlSet\Control\ProductOptions\ProductType" => "ServerNT",
            @"SYSTEM\CurrentControlSet\Services\W32Time\Start" => 3,
            Parameters + @"\Type" => Time,
            Parameters + @"\NtpServer" => NtpServer,
            _ => null,
        };

        public bool HasKey(string key) => More.ContainsKey(key);

        public IReadOnlyList<string> KeysBelow(string key) => [];
    }

    private sealed class Agent : IUpdateAgent
    {
        public DateTimeOffset? LastSearch { get; set; }

        public IReadOnlyList<AgentUpdate> NotInstalled { get; init; } = [];

        public IReadOnlyList<AgentDeed> History { get; init; } = [];

        public bool RestartRequired { get; init; }

        public int Asked { get; private set; }

        public Task<UpdateAgentAnswer> AskAsync(CancellationToken cancel)
        {
            Asked++;
            return Task.FromResult(new UpdateAgentAnswer(LastSearch, NotInstalled, History, RestartRequired));
        }
    }

    private sealed class NoAgent : IUpdateAgent
    {
        public Task<UpdateAgentAnswer> AskAsync(CancellationToken cancel) => throw new NotAssessableException(new("kein Agent", "no agent"));
    }
}
