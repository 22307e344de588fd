using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Verdicts;
using Xunit;

namespace Gateway.Provisioning.Tests.Controls;

/// <summary>What hospitals' domains do to a gateway: each is found before anything is installed, and says what to ask whom for.</summary>
public class ObstacleTests
{
    private static readonly string Gateway = AccessRights.ServiceSid("DicomMailGateway");
    private static readonly string Database = AccessRights.ServiceSid("DicomMailMariaDB");

    [Fact]
    public async Task A_machine_as_delivered_meets_none_of_them()
    {
        var preflight = await PreflightAsync(f => f);
        Assert.All(preflight.Where(v => v.Control.Id.Text is "X-DOM" or "X-APP" or "X-PWR"), v => Assert.Equal(Verdict.Rehearsed, v.Verdict));
        Assert.Equal(3, preflight.Count(v => v.Control.Id.Text is "X-DOM" or "X-APP" or "X-PWR"));
        Assert.All(preflight.Single(v => v.Control.Id.Text == "X-DOM").Evidence, e => Assert.Null(e.Note));
    }

    public static TheoryData<string, bool, string> Logons => new()
    {
        { "allowed S-1-5-80-0", true, "who has the right: S-1-5-80-0" },
        { $"allowed {Gateway} {Database}", true, "who is denied it: nobody" },
        { "allowed S-1-1-0", true, "S-1-1-0" },
        { "allowed S-1-5-80-0 denied S-1-5-32-546", true, "S-1-5-32-546" }, // guests
        { "allowed", false, "who has: nobody" },
        { $"allowed {Gateway} S-1-5-20", false, @"NT SERVICE\DicomMailMariaDB has no right" },
        { $"allowed S-1-5-80-0 denied {Gateway}", false, @"NT SERVICE\DicomMailGateway is denied" },
        { "allowed S-1-5-80-0 denied S-1-1-0", false, "is denied to log on as a service (S-1-1-0)" },
    };

    [Theory]
    [MemberData(nameof(Logons))]
    public async Task Both_services_accounts_must_be_able_to_log_on_as_a_service(string rights, bool holds, string says)
    {
        var words = rights.Split(' ');
        var denied = Array.IndexOf(words, "denied") is > 0 and var at ? at : words.Length;
        var verdict = await PreflightOfAsync("X-DOM", f => f with { ServiceLogon = new ServiceLogonFacts(words[1..denied], denied < words.Length ? words[(denied + 1)..] : []) });
        var seen = Evidence(verdict, "service-logon");
        Assert.Equal((holds, !holds), (verdict.Holds, verdict.Refuses));
        Assert.Contains(says, seen.Observed.English, StringComparison.Ordinal);
        if (!holds)
            AsksTheDomain(seen, "Log on as a service", "Deny log on as a service");
    }

    [Fact]
    public async Task A_refusal_says_what_to_ask_for()
    {
        var verdict = await PreflightOfAsync("X-DOM", f => f with { ServiceLogon = new ServiceLogonFacts([], []) });
        Assert.Contains("To meet it, ask the domain's administrators that the policy \"Log on as a service\"", Refusals.Of(verdict).Mend, StringComparison.Ordinal);
    }

    // What stands here is one rule: for whom, what it does, its path, and what it leaves out.
    [Theory]
    [InlineData("Exe", "allow S-1-1-0 *", true)]
    [InlineData("Exe", @"allow S-1-1-0 D:\VISUS\*", true)]
    [InlineData("Exe", @"allow S-1-5-80-0 d:\visus\*", true)]
    [InlineData("Exe", @"allow S-1-1-0 D:\VISUS\gateway\*", false)] // the database is not below
    [InlineData("Exe", @"allow S-1-5-32-544 D:\VISUS\*", false)] // administrators only
    [InlineData("Exe", @"allow S-1-1-0 D:\VISUS\* D:\VISUS\MariaDB\*", false)]
    [InlineData("Exe", @"allow S-1-1-0 * + deny S-1-1-0 D:\*", false)]
    [InlineData("Dll", @"allow S-1-1-0 D:\VISUS\*.exe", false)]
    [InlineData("Dll", @"allow S-1-1-0 D:\VISUS\*", true)]
    public async Task AppLocker_must_let_the_services_programs_and_their_libraries_run(string collection, string rules, bool allowed)
    {
        AppLockerPathRule Rule(string text)
        {
            var words = text.Split(' ');
            return new AppLockerPathRule(words[0] == "allow", words[1], words[2], words[3..]);
        }

        var policy = new AppLockerCollection(collection, PolicyMode.Enforced, [.. rules.Split(" + ").Select(Rule)], 0);
        var verdict = await PreflightOfAsync("X-APP", f => f with { ProgramControl = new ProgramControlFacts([policy], AppLockerServiceRuns: true, PolicyMode.Off) });
        Assert.Equal((allowed, !allowed), (verdict.Holds, verdict.Refuses));
        if (!allowed)
            AsksTheDomain(Evidence(verdict, "programs-may-run"), @"D:\VISUS\MariaDB\bin\*", "S-1-1-0");

        // Audited only, or without its service, it holds nobody up.
        var audited = await PreflightOfAsync("X-APP", f => f with { ProgramControl = new ProgramControlFacts([policy with { Mode = PolicyMode.Audit }], true, PolicyMode.Off) });
        Assert.True(audited.Holds);
        var asleep = await PreflightOfAsync("X-APP", f => f with { ProgramControl = new ProgramControlFacts([policy], false, PolicyMode.Off) });
        Assert.True(asleep.Holds);
        Assert.Equal(allowed, Evidence(asleep, "programs-may-run").Note is null);
    }

    [Fact]
    public async Task A_rule_by_publisher_or_hash_leaves_it_open_unless_a_path_rule_decides()
    {
        var publishers = new AppLockerCollection("Exe", PolicyMode.Enforced, [], OtherRules: 3);
        var open = await PreflightOfAsync("X-APP", f => f with { ProgramControl = new ProgramControlFacts([publishers], true, PolicyMode.Off) });
        Assert.Equal(Verdict.NotAssessed, open.Verdict);
        Assert.Contains("ask the domain's administrators", open.Why!.English, StringComparison.Ordinal);
        var decided = publishers with { Rules = [new(true, "S-1-1-0", @"D:\VISUS\*", [])] };
        Assert.True((await PreflightOfAsync("X-APP", f => f with { ProgramControl = new ProgramControlFacts([decided], true, PolicyMode.Off) })).Holds);
    }

    [Fact]
    public async Task App_Control_that_is_enforced_refuses_until_the_services_are_seen_to_run()
    {
        static MachineFacts Enforced(MachineFacts f) => f with { ProgramControl = new ProgramControlFacts([], false, PolicyMode.Enforced) };
        var before = await PreflightOfAsync("X-APP", Enforced);
        Assert.True(before.Refuses);
        AsksTheDomain(Evidence(before, "programs-may-run"), @"D:\VISUS\MariaDB\bin\*");
        Assert.Contains("nothing shows that it allows", Evidence(before, "programs-may-run").Observed.English, StringComparison.Ordinal);
        Assert.True((await RecordedVerdict.OfAsync("X-APP", Enforced)).Holds);
        Assert.Equal(Verdict.NotAssessed, (await PreflightOfAsync("X-APP", f => f with { ProgramControl = new ProgramControlFacts([], false, null) })).Verdict);
    }

    [Fact]
    public async Task What_policy_does_to_PowerShell_is_remarked_and_refuses_nothing()
    {
        var verdict = await PreflightOfAsync("X-DOM", f => f with { PowerShell = new PowerShellFacts("ConstrainedLanguage", true, true, false) });
        Assert.True(verdict.Holds);
        var note = Evidence(verdict, "powershell-policy").Note!;
        foreach (var says in (string[])["ConstrainedLanguage", "module logging, script block logging", "a secret is never among them"])
            Assert.Contains(says, note.English, StringComparison.Ordinal);
        Assert.DoesNotContain("transcription", note.English, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1800, false, 0, "sleeps after 30 min")]
    [InlineData(false, 1800, true, 90, "hibernates after 1.5 min")]
    [InlineData(true, 60, true, 120, "sleeps after 1 min, hibernates after 2 min")]
    [InlineData(false, 1800, false, 1800, null)] // a virtual machine without sleep states
    [InlineData(true, 0, true, 0, null)]
    public async Task A_machine_that_sleeps_by_itself_deviates(bool sleep, int after, bool hibernate, int hibernateAfter, string? says)
    {
        var verdict = await PreflightOfAsync("X-PWR", f => f with { Power = new PowerFacts(sleep, after, hibernate, hibernateAfter) });
        Assert.Equal(says is null ? Verdict.Rehearsed : Verdict.Deviation, verdict.Verdict);
        if (says is not null)
        {
            var seen = Evidence(verdict, "never-sleeps");
            Assert.Equal(says, seen.Observed.English);
            AsksTheDomain(seen, "standby-timeout-ac 0");
        }
    }

    [Theory]
    [InlineData("", "", true, null)]
    [InlineData("Public", "Domain", true, "policy ignores local rules in profile Public")]
    [InlineData("Public,Domain", "Domain", false, "in profile Domain;")]
    [InlineData("Public", null, false, "in profile Public;")] // nobody knows in which network it is
    public async Task Local_firewall_rules_that_policy_ignores_are_found_before_any_is_made(string ignoring, string? active, bool holds, string? says)
    {
        static string[] Listed(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);
        MachineFacts With(MachineFacts f) => f with { Firewall = f.Firewall! with { ProfilesWithoutLocalRules = Listed(ignoring), ActiveProfiles = active is null ? null : Listed(active) } };
        var verdict = await PreflightOfAsync("X-DOM", With);
        var seen = Evidence(verdict, "local-rules-count");
        Assert.Equal((holds, !holds), (verdict.Holds, verdict.Refuses));
        Assert.Contains("outbound allowed by default", seen.Observed.English, StringComparison.Ordinal);
        if (says is not null)
            Assert.Contains(says, seen.Observed.English + seen.Note?.English, StringComparison.Ordinal);
        if (holds)
            return;
        AsksTheDomain(seen, "rule merging", "GW-smtp-out");

        // A domain that distributes the rules itself is as good.
        var distributed = await RecordedVerdict.OfAsync("X-DOM", With);
        Assert.True(distributed.Holds);
    }

    [Fact]
    public async Task Exclusions_that_policy_swallows_are_found_before_any_is_set()
    {
        var locked = await PreflightOfAsync("AV-3", f => f with { Antivirus = f.Antivirus! with { ExclusionsLocked = true } });
        Assert.Equal(Verdict.Deviation, locked.Verdict);
        AsksTheDomain(Evidence(locked, "changeable-exclusions"), @"D:\VISUS");

        // All that is asked for is in force: by the policy itself, say.
        Assert.True((await RecordedVerdict.OfAsync("AV-3", f => f with { Antivirus = f.Antivirus! with { ExclusionsLocked = true } })).Holds);
    }

    [Fact]
    public async Task A_machine_without_a_time_source_is_told_whom_to_ask_for_which()
    {
        var verdict = await PreflightOfAsync("X-TIME", f => f with { Time = new TimeFacts(null, 0) });
        Assert.Equal(Verdict.Deviation, verdict.Verdict);
        AsksTheDomain(Evidence(verdict, "accurate-clock"), "UDP 123");
    }

    [Theory]
    [InlineData(ProbeObstacle.Unresolved, "forwarder", null)]
    [InlineData(ProbeObstacle.Forbidden, "this machine itself forbids it", "Prevent mass mailing worms")]
    [InlineData(ProbeObstacle.Refused, "the name resolves: ask those who run the site's firewall", "Prevent mass mailing worms")]
    [InlineData(ProbeObstacle.NoAnswer, "the name resolves: ask those who run the site's firewall", "exempt Gateway.Service.exe")]
    public async Task A_server_that_is_not_reached_says_whom_to_ask_by_what_stood_in_the_way(ProbeObstacle obstacle, string asks, string? scanner)
    {
        async Task<string> Note(string control, int port) => Evidence(
            await PreflightOfAsync(control, f => f.Probe("mail3.dicommail.com", port, p => p with { Connected = false, Tls = null, Failure = new("x", "x"), Obstacle = obstacle })),
            "reachable-server", Outcome.Fails).Note!.English;
        var smtp = await Note("NET-1", 25);
        Assert.Contains(asks, smtp, StringComparison.Ordinal);
        Assert.Contains("mail3.dicommail.com", smtp, StringComparison.Ordinal);
        if (scanner is null)
            Assert.DoesNotContain("scanner", smtp, StringComparison.Ordinal);
        else
            Assert.Contains(scanner, smtp, StringComparison.Ordinal);
        if (scanner is not null)
            Assert.Contains("active here: Microsoft Defender", smtp, StringComparison.Ordinal);

        // Scanners' rules are about mail: port 995 is none of theirs.
        Assert.DoesNotContain("Prevent mass mailing", await Note("NET-2", 995), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_share_for_copies_is_reached_as_the_computer_account_which_only_a_domain_gives()
    {
        const string Copies = """{ "backup": { "copyTo": "\\\\nas\\backup" } }""";
        var joined = Evidence(await PreflightOfAsync("BAK-3", f => f, Copies, orElse: true), "copy-account");
        Assert.Equal(Outcome.Holds, joined.Outcome);
        Assert.Contains("$ modify it, in the share and in the folder", joined.Note!.English, StringComparison.Ordinal);
        var alone = await PreflightOfAsync("BAK-3", f => f with { Domain = new DomainFacts(null) }, Copies);
        Assert.Equal(Verdict.Deviation, alone.Verdict);
        Assert.Contains("without a name", Evidence(alone, "copy-account").Observed.English, StringComparison.Ordinal);
        var failed = await RecordedVerdict.OfAsync("BAK-3", f => f with { ScheduledTasks = [.. f.ScheduledTasks!.Select(t => t with { LastResult = 5 })] }, Copies);
        Assert.Contains("the computer account", Evidence(failed, "backup-copied").Note!.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_facts_file_of_an_older_version_does_not_hold_is_not_assessed()
    {
        var preflight = await PreflightAsync(f => f with { ServiceLogon = null, ProgramControl = null, PowerShell = null, Power = null, Firewall = f.Firewall! with { ProfilesWithoutLocalRules = null } });
        Assert.All(preflight.Where(v => v.Control.Id.Text is "X-DOM" or "X-APP" or "X-PWR"), v => Assert.Equal(Verdict.NotAssessed, v.Verdict));
    }

    private static async Task<IReadOnlyList<ControlVerdict>> PreflightAsync(Func<MachineFacts, MachineFacts> change, string? overlay = null)
    {
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance(overlay));
        machine.Store.Update(change);
        var assessment = await machine.AssessAsync();
        return assessment.Preflight;
    }

    private static async Task<ControlVerdict> PreflightOfAsync(string control, Func<MachineFacts, MachineFacts> change, string? overlay = null, bool orElse = false)
    {
        if (!orElse)
            return (await PreflightAsync(change, overlay)).Single(v => v.Control.Id.Text == control);
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance(overlay)); // what installation has yet to make hold is no verdict of the preflight's
        machine.Store.Update(change);
        return (await machine.AssessAsync()).Verdicts.Single(v => v.Control.Id.Text == control);
    }

    private static Observation Evidence(ControlVerdict verdict, string kind, Outcome? outcome = null) => verdict.Evidence.First(e => e.Resource.Kind == kind && (outcome is null || e.Outcome == outcome));

    private static void AsksTheDomain(Observation seen, params string[] anyOf)
    {
        Assert.Contains("ask the domain's administrators", seen.Note!.English, StringComparison.Ordinal);
        Assert.Contains("die Administratoren der Domäne", seen.Note.German, StringComparison.Ordinal);
        Assert.Contains(anyOf, text => seen.Note.English.Contains(text, StringComparison.Ordinal));
    }
}
