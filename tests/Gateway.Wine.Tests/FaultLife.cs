using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>What the product does while a fault of the rig is on, and once it is lifted.</summary>
internal static class FaultLife
{
    /// <summary>A machine that was as its manifest says, somebody changed it, and an apply meets the fault; once that is lifted, the next one converges.</summary>
    public static async Task MendAsync(FaultMachine machine, Fault fault, CancellationToken cancel)
    {
        await machine.SwitchAsync(fault, cancel);
        machine.Drift();
        await ApplyAsync(machine, fault, cancel);
        await machine.SwitchAsync(null, cancel);
        if (fault.Harm is not Harm.None)
            Holding.Holds(await machine.ApplyAsync(cancel), "left");
    }

    /// <summary>Every command, from the empty machine to the empty machine.</summary>
    public static async Task WholeAsync(FaultMachine machine, Fault fault, CancellationToken cancel)
    {
        await machine.CleanAsync(cancel);
        await machine.SwitchAsync(fault, cancel);
        var empty = machine.Modelled();

        var preflight = await machine.GwctlAsync("preflight", cancel);
        Assert.True(preflight.ExitCode == (fault.Harm == Harm.Refused ? 3 : 0), preflight.ToString());
        if (fault.Harm == Harm.Refused)
            Assert.Matches(fault.Words, preflight.Output);
        if (fault.Control.Length > 0)
            Assert.Matches($@"{fault.Control} +not assessed .*\n +{fault.Words}", preflight.Output);

        var plan = await machine.GwctlAsync("plan", cancel, "--json");
        Assert.True(plan.ExitCode == (fault.Harm == Harm.Refused ? 3 : 2), plan.ToString());
        Assert.Equal(fault.Unseen.Length > 0, NotPlanned(plan).Any());
        Assert.All(NotPlanned(plan), one => Assert.Matches(fault.Unseen, one));
        Assert.Equal(empty, machine.Modelled());

        await ApplyAsync(machine, fault, cancel);
        if (fault.Harm != Harm.Refused)
            await VerifyAsync(machine, fault, isApplied: fault.Harm != Harm.Failure, cancel);
        if (fault.Harm != Harm.None)
        {
            await machine.SwitchAsync(null, cancel);
            Holding.Holds(await machine.ApplyAsync(cancel), "left");
        }

        var again = await machine.GwctlAsync("plan", cancel);
        Assert.True(again.ExitCode == 0, again.ToString());
        await MendAsync(machine, fault, cancel);

        await machine.SwitchAsync(fault, cancel);
        var back = await machine.GwctlAsync("rollback", cancel);
        Assert.True(back.ExitCode == (fault.RollbackCode.Length == 0 ? 0 : 1), back.ToString());
        Assert.Contains(fault.RollbackCode, back.Error, StringComparison.Ordinal);
        await machine.SwitchAsync(null, cancel);
        await machine.TakeAllBackAsync(cancel);
    }

    private static async Task ApplyAsync(FaultMachine machine, Fault fault, CancellationToken cancel)
    {
        var before = machine.Modelled();
        var apply = await machine.ApplyAsync(cancel);
        if (fault.Harm == Harm.Refused)
        {
            Assert.True(apply.ExitCode == 3, apply.ToString());
            Assert.Matches(fault.Words, apply.Output + apply.Error);
            Assert.Equal(before, machine.Modelled());
            return;
        }

        if (fault.Harm == Harm.Failure)
        {
            Assert.True(apply.ExitCode == 1, apply.ToString());
            Assert.True((string?)JsonNode.Parse(apply.Output)!["outcome"] == "reverted", apply.ToString());
            Assert.Equal(before, machine.Modelled());
        }
        else
        {
            Assert.True(fault.Harm is Harm.Deviation or Harm.NotPlanned ? apply.ExitCode == 2 : Holding.IsCodeOf(apply.ExitCode), apply.ToString());
            var left = Holding.Left(apply, "left");
            Assert.Equal(fault.Harm is Harm.Deviation or Harm.NotPlanned, left.Count > 0);
            Assert.All(left, one => Assert.Matches($"^{fault.About}/.*{(fault.Harm == Harm.Deviation ? "differs" : $"could not be looked at: {fault.Words}")}", one));
            Assert.Equal(fault.About == "firewall-rule", !machine.Modelled().Contains("rule GW-smtp-out", StringComparison.Ordinal));
            Assert.Equal(fault.About == "scheduled-task", !machine.Modelled().Contains("task \\DICOM-Mail", StringComparison.Ordinal));
        }

        var said = JsonNode.Parse(apply.Output)!["diagnostics"]!.AsArray().Select(one => $"{one!["code"]}: {one["message"]} {one["mend"]}").Where(one => !one.StartsWith("GW3202", StringComparison.Ordinal)).ToList();
        Assert.Equal(fault.Code.Length > 0, said.Count > 0);
        Assert.All(said, one => Assert.Matches($"^{fault.Code}: {fault.About}/.*{fault.Words.Replace($"{fault.About}/.*", "", StringComparison.Ordinal)}", one));
    }

    // What a person reads: the reason stands with what it is about.
    private static async Task VerifyAsync(FaultMachine machine, Fault fault, bool isApplied, CancellationToken cancel)
    {
        var verify = await machine.GwctlAsync("verify", cancel);
        Assert.True(isApplied && fault.Harm is Harm.None or Harm.NotAssessed ? Holding.IsCodeOf(verify.ExitCode) : verify.ExitCode == 2, verify.ToString());
        if (fault.Harm is Harm.Deviation or Harm.NotPlanned or Harm.NotAssessed)
            Assert.Matches(fault.Words, verify.Output);
        if (fault.Remark.Length > 0)
            Assert.Contains(fault.Remark, (await machine.GwctlAsync("verify", cancel, "--json")).Output, StringComparison.Ordinal);
        if (isApplied)
            Assert.Equal(fault.Harm == Harm.Deviation, Regex.IsMatch(verify.Output, $"^[+~-] {fault.About}/", RegexOptions.Multiline));
    }

    private static IEnumerable<string> NotPlanned(Ended plan) =>
        JsonNode.Parse(plan.Output)!["notPlanned"]!.AsArray().Select(one => $"{one!["resource"]} {one["why"]}").Where(one => !Holding.IsExcused(one));
}
