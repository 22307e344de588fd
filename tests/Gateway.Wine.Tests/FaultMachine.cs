using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>
/// One machine for many faults, made when it is first needed. It belongs to others as well: their rules, exclusions and tasks stand on it, and must stand on it whatever
/// happens. Microsoft Defender runs, so that every module of the rig is asked.
/// </summary>
public sealed class FaultMachine(PreparedWine prepared) : IAsyncLifetime
{
    private const string Strangers =
        """
        {
          "firewall": { "rules": [ { "name": "gpo-1", "displayName": "From the domain", "policyStoreSource": "hospital.example", "policyStoreSourceType": "GroupPolicy" },
                                   { "name": "theirs", "displayName": "Somebody's" } ] },
          "defender": { "local": { "exclusionPath": ["C:\\theirs\\"], "exclusionProcess": ["theirs.exe"] }, "policy": { "exclusionPath": ["C:\\domain\\"] } },
          "scheduledTasks": { "tasks": [ { "path": "\\Theirs\\", "name": "tidy", "xml": "<Task/>" } ] }
        }
        """;

    private WineMachine? machine;
    private Fault? inForce;
    private string asDelivered = "";

    internal WineMachine Machine => machine!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (machine is not null)
            await machine.DisposeAsync();
    }

    /// <summary>The machine without a fault, and with nothing of the product's in force on it.</summary>
    internal async Task CleanAsync(CancellationToken cancel)
    {
        await TakeAsync(cancel);
        await TakeAllBackAsync(cancel);
    }

    /// <summary>The machine without a fault, as its manifest says.</summary>
    internal async Task AppliedAsync(CancellationToken cancel)
    {
        await TakeAsync(cancel);
        if (Others() == Modelled())
            Holding.Holds(await ApplyAsync(cancel), "left");
    }

    /// <summary>Applies in gwctl's own process, and lets the service that the engine made have its look afterwards: two at a time would be told apart by nobody. (HandOverTests have the other way.)</summary>
    internal async Task<Ended> ApplyAsync(CancellationToken cancel)
    {
        await Machine.RunAsync(cancel, "sc", "stop", "GatewayProvisioning");
        while ((await Machine.ServiceAsync("GatewayProvisioning", cancel)) is var state && (state.Contains("STOP_PENDING", StringComparison.Ordinal) || state.Contains("RUNNING", StringComparison.Ordinal)))
            await Task.Delay(250, cancel);
        var applied = await GwctlAsync("apply", cancel, "--json");
        await Machine.RunAsync(cancel, "sc", "start", "GatewayProvisioning");
        await Machine.UntilQuietAsync(cancel);
        return applied;
    }

    /// <summary>Runs a command. Whatever happens, nobody sees a stack trace, and what is others' stays.</summary>
    internal async Task<Ended> GwctlAsync(string command, CancellationToken cancel, params string[] more)
    {
        var ended = await Machine.GwctlAsync(cancel, [command, .. WineMachine.Manifest, .. more]);
        Assert.DoesNotMatch(@"GW0009|Unhandled exception|^\s+at \S+\(", ended.Output + ended.Error);
        Assert.Equal(asDelivered, Others());
        return ended;
    }

    /// <summary>Rolls back until nothing of the product's is in force.</summary>
    internal async Task TakeAllBackAsync(CancellationToken cancel)
    {
        for (var runs = 0; Modelled() != asDelivered; runs++)
        {
            Assert.InRange(runs, 0, 4);
            var back = await GwctlAsync("rollback", cancel);
            Assert.True(back.ExitCode == 0, back.ToString());
        }
    }

    /// <summary>Switches a fault on, or lifts the one that is on.</summary>
    internal async Task SwitchAsync(Fault? fault, CancellationToken cancel)
    {
        if (inForce?.Registry is var (lifted, old))
            await Machine.RunAsync(cancel, "reg", "delete", lifted, "/v", old, "/f", "/reg:64");
        if (fault?.Registry is var (key, name))
            await Machine.RunAsync(cancel, "reg", "add", key, "/v", name, "/t", "REG_DWORD", "/d", "1", "/f", "/reg:64");
        Machine.ChangeState(state => state["faults"] = new JsonArray([.. (fault?.Names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(each => (JsonNode)each)]));
        inForce = fault;
    }

    /// <summary>Somebody removes a rule, an exclusion and the task of the product's.</summary>
    internal void Drift() => Machine.ChangeState(state =>
    {
        Remove(state["firewall"]!["rules"]!, rule => (string)rule["name"]! == "GW-smtp-out");
        Remove(state["defender"]!["local"]!["exclusionPath"]!, path => (string)path! == @"D:\VISUS");
        Remove(state["scheduledTasks"]!["tasks"]!, IsOurs);
    });

    /// <summary>Firewall rules, exclusions and tasks, as the rig has them.</summary>
    internal string Modelled() => Summary(_ => true);

    private string Others() => Summary(name => !name.Contains("GW-", StringComparison.Ordinal) && !name.Contains("VISUS", StringComparison.Ordinal) && !name.Contains("mariaDB", StringComparison.Ordinal) && !name.Contains("DICOM-Mail", StringComparison.Ordinal));

    private string Summary(Func<string, bool> counts)
    {
        var state = Machine.State();
        IEnumerable<string> Lists(string whose) => (state["defender"]![whose]?.AsObject() ?? []).SelectMany(list => list.Value!.AsArray().Select(value => $"{whose} {list.Key} {value}"));
        return string.Join('\n', state["firewall"]!["rules"]!.AsArray().Select(rule => $"rule {rule!["name"]}")
            .Concat(Lists("local")).Concat(Lists("policy"))
            .Concat(state["scheduledTasks"]!["tasks"]!.AsArray().Select(task => $"task {task!["path"]}{task["name"]} {task["xml"]!.ToString().Length}"))
            .Where(counts).Order(StringComparer.Ordinal));
    }

    private static bool IsOurs(JsonNode task) => ((string)task["path"]!).Contains("DICOM-Mail", StringComparison.Ordinal);

    private static void Remove(JsonNode from, Func<JsonNode, bool> which)
    {
        var gone = from.AsArray().Where(each => which(each!)).ToList();
        Assert.NotEmpty(gone);
        foreach (var each in gone)
            from.AsArray().Remove(each);
    }

    private async Task TakeAsync(CancellationToken cancel)
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        if (machine is null)
        {
            machine = await WineMachine.StartAsync(prepared, cancel);
            await machine.WriteManifestAsync("", cancel);
            await machine.KeepSecretAsync(cancel);
            await machine.RunDefenderAsync(cancel);
            machine.ChangeState(state =>
            {
                foreach (var (section, content) in JsonNode.Parse(Strangers)!.AsObject())
                    state[section] = content!.DeepClone();
            });
            asDelivered = Modelled();
        }

        await SwitchAsync(null, cancel);
    }
}
