using CsCheck;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Resources.Managed;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

public class DriftTests
{
    private static readonly string[] Folders = [@"D:\VISUS\data", @"D:\VISUS\config", @"E:\VISUS\images", @"E:\backup", @"D:\mariaDB"];

    // What an administrator, a policy or an accident does to a machine; the number picks the victim.
    private static readonly (string Name, Action<Rehearsed, int> Do)[] Accidents =
    [
        ("a file is edited", (m, n) => m.Machine.Files.WriteFile(Pick(m.Graph.InOrder.OfType<RenderedFile>(), n).Path, [1, 2, 3])),
        ("a file is removed", (m, n) => m.Machine.Files.RemoveFile(Pick(m.Graph.InOrder.OfType<RenderedFile>(), n).Path)),
        ("rights are loosened", (m, n) => m.Machine.Files.WriteRights(WindowsPath.Of(Pick(Folders, n)), "O:BAG:SYD:AI(A;;FA;;;WD)")),
        ("an empty folder is removed", (m, n) => m.Machine.Files.RemoveFolderIfEmpty(WindowsPath.Of(Pick(Folders, n)))),
        ("a rule is removed", (m, n) => Firewall(m, n, _ => [])),
        ("a rule is switched off", (m, n) => Firewall(m, n, r => [r with { Enabled = false }])),
        ("a rule's addresses are changed", (m, n) => Firewall(m, n, r => [r with { RemoteAddresses = ["10.9.8.7"] }])),
        ("a rule's group is changed", (m, n) => Firewall(m, n, r => [r with { Group = "Somebody" }])),
        ("a service is stopped", (m, n) => Services(m, n, s => [s with { Running = false }])),
        ("a service is deleted", (m, n) => Services(m, n, _ => [])),
        ("a service's account is changed", (m, n) => Services(m, n, s => [s with { Account = "LocalSystem" }])),
        ("an exclusion is removed", (m, n) => m.Store.Update(f => f with { Antivirus = f.Antivirus! with { Exclusions = Without(f.Antivirus.Exclusions, n) } })),
        ("a task is removed", (m, _) => m.Store.Update(f => f with { ScheduledTasks = [] })),
        ("a task is switched off", (m, _) => m.Store.Update(f => f with { ScheduledTasks = [.. f.ScheduledTasks!.Select(t => t with { Enabled = false })] })),
        ("a package is removed", (m, n) => m.Store.Update(f => f with { Packages = Without(f.Packages!, n) })),
        ("a registry value is changed", (m, n) => m.Store.Update(f => f with { Registry = [.. f.Registry!.Select(r => r with { Text = $"{n}" })] })),
        ("the agent's registration is lost", (m, _) => m.Store.Update(f => f with { Monitoring = f.Monitoring! with { Registered = false, Encrypted = false, Server = null } })),
    ];

    [Fact]
    public async Task After_any_sequence_of_accidents_apply_leaves_nothing_to_change_and_planning_changes_nothing()
    {
        var sequences = Gen.Select(Gen.Int[0, Accidents.Length - 1], Gen.Int[0, 50]).Array[1, 8];
        await sequences.SampleAsync(
            async sequence =>
            {
                await using var machine = new Rehearsed();
                await machine.ApplyAsync();
                foreach (var (accident, victim) in sequence)
                    Accidents[accident].Do(machine, victim);

                var drifted = machine.Snapshot();
                var plan = (await machine.AssessAsync()).Plan;
                Assert.Equal(drifted, machine.Snapshot());
                Assert.All(plan.Changes.Where(c => c.OnlyIf is null), change => Assert.Equal(ChangeCause.MachineMoved, change.Cause));

                await machine.ApplyAsync();
                Assert.Empty((await machine.AssessAsync()).Plan.Changes);
            },
            iter: Environment.GetEnvironmentVariable("GATEWAY_TESTS") == "all" ? 2000 : 150);
    }

    public static TheoryData<int> EachAccident => [.. Enumerable.Range(0, Accidents.Length)];

    [Theory]
    [MemberData(nameof(EachAccident))]
    public async Task Every_accident_is_seen_as_drift(int accident)
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        Accidents[accident].Do(machine, 0);
        var changes = (await machine.AssessAsync()).Plan.Changes;
        Assert.True(changes.Any(c => c.Cause == ChangeCause.MachineMoved), Accidents[accident].Name);
    }

    public static TheoryData<string> Kinds => [.. KindsOfTheManifest()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Planning_a_resource_of_any_kind_changes_nothing(string kind)
    {
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance(EveryKind));
        var before = machine.Snapshot();
        var plan = (await machine.AssessAsync()).Plan;
        Assert.Contains(plan.Changes, c => c.Resource.Kind == kind);
        Assert.Equal(before, machine.Snapshot());
        Assert.False(Directory.Exists(machine.Machine.StateRoot));
    }

    [Fact]
    public async Task Drift_and_intent_are_different_causes()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        Firewall(machine, 0, r => [r with { Enabled = false }]);
        var moved = Rehearsed.DefaultAppliance("""{ "retention": { "logDays": 60 } }""");
        var plan = (await machine.AssessorOf(moved).AssessAsync(
            Provisioning.Applying.JournalHistory.Of(Provisioning.Applying.Journal.Open(machine.JournalFile, machine.Clock)), null, TestContext.Current.CancellationToken)).Plan;
        Assert.Equal(ChangeCause.MachineMoved, plan.Changes.Single(c => c.Resource.Kind == FirewallAllowRule.Kind).Cause);
        Assert.Equal(ChangeCause.ManifestMoved, plan.Changes.Single(c => c.Resource.Text == "file/gateway-config").Cause);
        Assert.Equal(ChangeAction.Restart, plan.Changes.Single(c => c.Resource.Text == "service/DicomMailGateway").Action);
    }

    [Fact]
    public async Task One_look_that_fails_does_not_make_the_next_drift_something_new()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var services = machine.Store.Now.Services;
        machine.Store.Update(f => f with { Services = null });
        Firewall(machine, 0, r => [r with { Enabled = false }]);
        await machine.Applier().ApplyAsync(machine.Assessor(), null, TestContext.Current.CancellationToken);
        machine.Store.Update(f => f with { Services = services });

        Services(machine, 0, s => [s with { Running = false }]);
        var change = (await machine.AssessAsync()).Plan.Changes.Single(c => c.Resource.Text == "service/DicomMailGateway");
        Assert.Equal(ChangeCause.MachineMoved, change.Cause);
    }

    private static IEnumerable<string> KindsOfTheManifest() =>
        Rehearsed.GraphOf(Rehearsed.DefaultAppliance(EveryKind)).InOrder.OfType<ManagedResource>().Select(r => r.Id.Kind).Distinct();

    private const string EveryKind =
        """
        { "firewall": { "outboundDefault": "block", "addressesRefreshedBy": "IT department", "outbound": [
            { "id": "mail", "purpose": "mail", "ports": ["25", "995"] }, { "id": "monitoring", "purpose": "monitoring", "ports": ["8140"] },
            { "id": "dns", "purpose": "dns", "protocol": "udp", "ports": ["53"] }, { "id": "dhcp", "purpose": "dhcp", "protocol": "udp", "ports": ["67"] },
            { "id": "ntp", "purpose": "ntp", "protocol": "udp", "ports": ["123"] }, { "id": "update", "purpose": "update", "ports": ["443"] },
            { "id": "domain", "purpose": "domain", "ports": ["88", "389", "445"] }, { "id": "remote", "purpose": "remoteAccess", "ports": ["7070"] } ] } }
        """;

    private static T Pick<T>(IEnumerable<T> from, int n)
    {
        var list = from.ToList();
        return list[n % list.Count];
    }

    private static IReadOnlyList<T> Without<T>(IReadOnlyList<T> from, int n) => from.Count == 0 ? from : [.. from.Where((_, i) => i != n % from.Count)];

    private static void Firewall(Rehearsed machine, int n, Func<FirewallRule, FirewallRule[]> change) => machine.Store.Update(f =>
        f.Firewall!.Rules.Count == 0 ? f : f with { Firewall = f.Firewall with { Rules = [.. f.Firewall.Rules.SelectMany((r, i) => i == n % f.Firewall.Rules.Count ? change(r) : [r])] } });

    private static void Services(Rehearsed machine, int n, Func<ServiceState, ServiceState[]> change)
    {
        // The agent's own service belongs to its package; ours are the two that the manifest names.
        var name = n % 2 == 0 ? "DicomMailGateway" : "DicomMailMariaDB";
        machine.Store.Update(f => f with { Services = [.. f.Services!.SelectMany(s => s.Name == name ? change(s) : [s])] });
    }
}
