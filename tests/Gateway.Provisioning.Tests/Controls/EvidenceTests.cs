using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Verdicts;
using Xunit;

namespace Gateway.Provisioning.Tests.Controls;

/// <summary>A control holds when it was measured, and only then: what nobody saw is not assessed, and what was seen to be wrong fails, however much else was not seen.</summary>
public class EvidenceTests
{
    private const string Root = "3f1c5a1f8f5b6f0a4d1b8f3e0a7c9d2e5b4a6f7081929a3b4c5d6e7f80910203";
    private const string Pinned = $$"""{ "mail": { "authority": { "sha256": "{{Root}}" } } }""";
    private const string External = """{ "monitoring": { "mode": "external" } }""";
    private const string Copied = """{ "backup": { "copyTo": "\\\\nas\\backup" } }""";

    [Theory]
    [InlineData("NET-4", 25)]
    [InlineData("NET-4", 995)]
    [InlineData("X-TLS", 25)]
    [InlineData("X-TLS", 995)]
    public async Task One_mail_port_that_nobody_saw_leaves_the_control_not_assessed_and_is_named(string control, int port)
    {
        var verdict = await RecordedVerdict.OfAsync(control, f => f.Unprobed("mail3.dicommail.com", port), Pinned);
        Assert.Equal(Verdict.NotAssessed, verdict.Verdict);
        Assert.Contains($"mail3.dicommail.com:{port}", verdict.Why!.English, StringComparison.Ordinal);

        var silent = await RecordedVerdict.OfAsync(control, f => f.Probe("mail3.dicommail.com", port, p => p with { Connected = false, Tls = null, Issuer = null, RootSha256 = null, Failure = Wording.Same("connection refused") }), Pinned);
        Assert.Equal(Verdict.NotAssessed, silent.Verdict);
        Assert.Contains($"mail3.dicommail.com:{port} (connection refused)", silent.Why!.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_opened_port_fails_although_others_were_not_seen()
    {
        var verdict = await RecordedVerdict.OfAsync("NET-4", f => f.Unprobed("mail3.dicommail.com", 25).Probe("mail1.dicommail.com", 25, p => p with { RootSha256 = new string('a', 64) }), Pinned);
        Assert.Equal(Verdict.NotMet, verdict.Verdict);
    }

    [Fact]
    public async Task An_old_protocol_on_the_SMTP_port_deviates_from_X_TLS() =>
        Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync("X-TLS", f => f.Unprobed("mail5.dicommail.com", 995).Probe("mail2.dicommail.com", 25, p => p with { Tls = "TLS 1.1" }))).Verdict);

    [Fact]
    public async Task A_server_that_was_not_asked_leaves_NET_3_not_assessed_and_one_that_declines_fails_it()
    {
        Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync("NET-3", f => f.Probe("mail2.dicommail.com", 995, p => p with { ClientCertificateAccepted = null }), Pinned)).Verdict);
        Assert.Equal(Verdict.NotMet, (await RecordedVerdict.OfAsync("NET-3", f => f.Unprobed("mail3.dicommail.com", 995).Probe("mail2.dicommail.com", 995, p => p with { ClientCertificateAccepted = false }), Pinned)).Verdict);
    }

    [Fact]
    public async Task The_registration_secret_is_not_needed_any_more_once_the_agent_is_registered()
    {
        Assert.Equal(Verdict.Rehearsed, (await RecordedVerdict.OfAsync("MON-4", f => f with { SecretNames = [] })).Verdict);
        Assert.Equal(Verdict.NotMet, (await RecordedVerdict.OfAsync("MON-4", f => f with { SecretNames = [], Monitoring = f.Monitoring! with { Registered = false, Server = null } })).Verdict);
    }

    [Theory]
    [InlineData("""{ }""", Verdict.NotMet)]
    [InlineData(External, Verdict.Rehearsed)]
    public async Task Only_the_operators_own_agent_may_be_registered_with_another_server(string overlay, Verdict expected)
    {
        var verdict = await RecordedVerdict.OfAsync("MON-4", f => f with { Monitoring = f.Monitoring! with { Server = "elsewhere.example:8140" } }, overlay);
        Assert.Equal(expected, verdict.Verdict);
        Assert.Equal(expected == Verdict.NotMet, verdict.Evidence.Any(e => e.Resource.Kind == "agent-speaks-tls" && e.Outcome == Resources.Outcome.Fails));
    }

    [Fact]
    public async Task An_agent_of_which_nobody_saw_a_section_leaves_MON_3_not_assessed() =>
        Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync("MON-3", f => f with { Services = [.. f.Services!.Where(s => s.Name != "CheckMkService")], Monitoring = f.Monitoring! with { Sections = [] } }, External)).Verdict);

    [Fact]
    public async Task Signatures_of_unknown_age_leave_AV_1_not_assessed_unless_another_scanner_is_fresh()
    {
        static MachineFacts With(MachineFacts f, params AntivirusProduct[] products) => f with { Antivirus = f.Antivirus! with { Products = products } };
        var unknown = new AntivirusProduct("Microsoft Defender", true, null, true);
        Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync("AV-1", f => With(f, unknown))).Verdict);
        Assert.Equal(Verdict.Rehearsed, (await RecordedVerdict.OfAsync("AV-1", f => With(f, unknown, new AntivirusProduct("Another Scanner", true, 1, false)))).Verdict);
        Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync("AV-1", f => With(f, unknown with { Active = false }))).Verdict);
    }

    [Theory]
    [InlineData(90, 1, Verdict.NotMet)] // one backup in ninety days: four nights are missing
    [InlineData(90, 89, Verdict.NotMet)] // the last good one stays for ever; it is none of the last days
    [InlineData(2, 1, Verdict.NotAssessed)]
    [InlineData(90, 5, Verdict.Rehearsed)]
    public async Task Backups_are_kept_when_one_of_the_first_kept_day_is_still_there(int installedDaysAgo, int takenDaysAgo, Verdict expected)
    {
        var verdict = await RecordedVerdict.OfAsync("BAK-2", f => f with
        {
            ScheduledTasks = [.. f.ScheduledTasks!.Select(t => t with { RegisteredAt = Rehearsed.Now.AddDays(-installedDaysAgo) })],
            Backups = [new BackupState("one", Rehearsed.Now.AddDays(-takenDaysAgo), true)],
        });
        Assert.Equal(expected, verdict.Verdict);
    }

    [Fact]
    public async Task No_backup_at_all_is_a_failure_once_there_should_be_some() =>
        Assert.Equal(Verdict.NotMet, (await RecordedVerdict.OfAsync("BAK-2", f => f with { Backups = [] })).Verdict);

    [Theory]
    [InlineData(-9, 0, Verdict.Rehearsed)]
    [InlineData(-9, 74, Verdict.Deviation)]
    [InlineData(-60, 0, Verdict.Deviation)] // the last copy is older than the last night
    [InlineData(null, null, Verdict.NotAssessed)]
    [InlineData(-1, null, Verdict.NotAssessed)] // it runs
    [InlineData(-60, null, Verdict.Deviation)] // for days
    public async Task A_copy_is_believed_when_the_copying_run_ended_well(int? ranHoursAgo, int? result, Verdict expected)
    {
        var verdict = await RecordedVerdict.OfAsync("BAK-3", f => f with
        {
            ScheduledTasks = [.. f.ScheduledTasks!.Select(t => t with { RegisteredAt = Rehearsed.Now.AddHours(ranHoursAgo is null ? -3 : -240), LastRun = ranHoursAgo is { } hours ? Rehearsed.Now.AddHours(hours) : null, LastResult = result })],
        }, Copied);
        Assert.Equal(expected, verdict.Verdict);
    }

    [Theory]
    [InlineData(-1, Verdict.NotAssessed)]
    [InlineData(-60, Verdict.NotMet)]
    public async Task A_backup_that_runs_has_not_failed_yet(int startedHoursAgo, Verdict expected) =>
        Assert.Equal(expected, (await RecordedVerdict.OfAsync("BAK-1", f => f with { ScheduledTasks = [.. f.ScheduledTasks!.Select(t => t with { LastRun = Rehearsed.Now.AddHours(startedHoursAgo), LastResult = null })] })).Verdict);

    [Fact]
    public async Task A_run_from_before_the_task_copied_shows_no_copy() =>
        Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync("BAK-3", f => f with { ScheduledTasks = [.. f.ScheduledTasks!.Select(t => t with { RegisteredAt = Rehearsed.Now.AddHours(-3), LastRun = Rehearsed.Now.AddHours(-9) })] }, Copied)).Verdict);

    [Fact]
    public async Task A_firewall_without_profiles_or_a_machine_without_listeners_leaves_SEC_1_not_assessed()
    {
        Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync("SEC-1", f => f with { Firewall = f.Firewall! with { Profiles = [] } })).Verdict);
        Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync("SEC-1", f => f with { Listeners = [] })).Verdict);
    }

    [Theory]
    [InlineData(69, "0.0.0.0", Verdict.NotMet)] // TFTP
    [InlineData(11112, "0.0.0.0", Verdict.NotMet)] // the DICOM port is one of TCP
    [InlineData(69, "127.0.0.1", Verdict.Rehearsed)]
    [InlineData(123, "0.0.0.0", Verdict.Rehearsed)]
    public async Task A_listener_of_UDP_is_looked_at_too(int port, string address, Verdict expected)
    {
        var verdict = await RecordedVerdict.OfAsync("SEC-1", f => f with { Listeners = [.. f.Listeners!, new ListenerState(TransportProtocol.Udp, address, port, "somebody")] });
        Assert.Equal(expected, verdict.Verdict);
    }

    [Fact]
    public async Task Waiting_updates_deviate_from_OS_2_and_what_is_unknown_leaves_it_not_assessed()
    {
        Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync("OS-2", f => f with { Updates = f.Updates! with { Pending = 40 } })).Verdict);
        Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync("OS-2", f => f with { Updates = f.Updates! with { NewestInstalledOn = null } })).Verdict);
        Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync("OS-2", f => f with { OperatingSystem = new OperatingSystemFacts(26100, 1, ProductType.Client, true) })).Verdict);
        Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync("OS-2", f => f with { OperatingSystem = new OperatingSystemFacts(26100, 1, ProductType.Client, true), Updates = f.Updates! with { PendingRestart = true } })).Verdict);
    }

    [Fact]
    public async Task A_drive_that_is_missing_from_the_volumes_leaves_X_REST_not_assessed_and_an_open_one_fails_it()
    {
        Assert.Equal(Verdict.NotAssessed, (await RecordedVerdict.OfAsync("X-REST", f => f with { Volumes = [.. f.Volumes!.Where(v => v.Drive != "E:")] })).Verdict);
        Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync("X-REST", f => f with { Volumes = [.. f.Volumes!.Where(v => v.Drive != "E:").Select(v => v with { Encrypted = false })] })).Verdict);
    }

    [Fact]
    public async Task A_certificate_without_its_private_key_has_no_life() =>
        Assert.Equal(Verdict.Deviation, (await RecordedVerdict.OfAsync("X-CERT", f => f with { Certificates = [.. f.Certificates!.Select(c => c with { HasPrivateKey = false })] })).Verdict);

    [Theory]
    [InlineData(true, Verdict.Rehearsed)]
    [InlineData(false, Verdict.NotMet)] // a first installation that failed leaves the state root behind, and no service
    public async Task Free_space_is_asked_for_until_the_gateways_service_is_there(bool installed, Verdict expected)
    {
        var verdict = await RecordedVerdict.OfAsync("HW-3", f => f with
        {
            Services = [.. f.Services!.Where(s => installed || s.Name != "DicomMailGateway")],
            Volumes = [.. f.Volumes!.Select(v => v.Drive == "D:" ? v with { FreeBytes = 1_000_000_000 } : v)],
        });
        Assert.Equal(expected, verdict.Verdict);
    }

    [Theory]
    [InlineData("""{ "remoteAccess": { "kind": "cgmAnyDesk", "clientService": "AnyDesk" } }""", Verdict.NotMet)]
    [InlineData("""{ "remoteAccess": { "kind": "cgmAnyDesk", "clientBuild": "CGM" } }""", Verdict.NotMet)]
    [InlineData("""{ "remoteAccess": { "kind": "cgmAnyDesk", "clientService": "AnyDesk", "clientBuild": "AnyDesk" } }""", Verdict.NotMet)] // the free one is called so too
    [InlineData("""{ "remoteAccess": { "kind": "cgmAnyDesk", "clientService": "AnyDesk", "clientBuild": "CGM" } }""", Verdict.Rehearsed)]
    [InlineData("""{ "remoteAccess": { "kind": "secureLink", "clientService": "AnyDesk" } }""", Verdict.Rehearsed)]
    public async Task CGM_AnyDesk_is_told_from_the_free_one_by_its_build(string overlay, Verdict expected) =>
        Assert.Equal(expected, (await RecordedVerdict.ByManifestAsync("REM-1", overlay)).Verdict);

    [Theory]
    [InlineData("OS-4")]
    [InlineData("MON-4")]
    public async Task A_bare_machine_holds_nothing_yet_of_a_control_that_installation_fulfils(string control)
    {
        await using var bare = new Rehearsed();
        var preflight = (await bare.AssessAsync()).Preflight.Single(v => v.Control.Id.Text == control);
        Assert.Equal(Verdict.NotAssessed, preflight.Verdict);
    }

    [Fact]
    public async Task A_bare_machine_does_not_show_a_control_as_holding_that_our_rules_have_yet_to_make_hold()
    {
        await using var bare = new Rehearsed();
        Assert.DoesNotContain((await bare.AssessAsync()).Preflight, v => v.Control.Id.Text == "SEC-1");
        await bare.ApplyAsync();
        Assert.Equal(Verdict.Rehearsed, (await bare.AssessAsync()).Preflight.Single(v => v.Control.Id.Text == "SEC-1").Verdict);
    }
}
