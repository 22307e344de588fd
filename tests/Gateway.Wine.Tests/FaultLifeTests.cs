using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>A whole life, from the preflight to the last rollback, under each fault that keeps changes from being made.</summary>
public class RefusedChangeTests(FaultMachine machine) : IClassFixture<FaultMachine>
{
    public static TheoryData<string> Faults { get; } = FaultLives.Chosen(
        "firewall-policy-disallows-local-rules", "access-denied", "access-denied,german", "tamper-protection", "defender-policy-no-local-merge", "slow:0.2", "german");

    [Theory(Explicit = true)]
    [MemberData(nameof(Faults))]
    public Task A_whole_life_under_a_fault(string fault) => FaultLife.WholeAsync(machine, Fault.All[fault], TestContext.Current.CancellationToken);
}

/// <summary>A whole life on a Windows that lacks a module of cmdlets, whose objects come in their other shape, or whose PowerShell is restricted.</summary>
public class OldBaselineTests(FaultMachine machine) : IClassFixture<FaultMachine>
{
    public static TheoryData<string> Baselines { get; } = FaultLives.Chosen(
        "netsecurity-missing", "defender-missing", "scheduledtasks-missing", "cimcmdlets-missing", "smbshare-missing", "display-values", "constrained-language");

    [Theory(Explicit = true)]
    [MemberData(nameof(Baselines))]
    public Task A_whole_life_on_an_old_baseline(string fault) => FaultLife.WholeAsync(machine, Fault.All[fault], TestContext.Current.CancellationToken);
}

/// <summary>Which lives are lived: a life takes two minutes of a machine that does nothing else, and there are fourteen.</summary>
file static class FaultLives
{
    /// <summary>One of them, another every day, so that each has its turn within a week; all of them where GATEWAY_LIVES is all.</summary>
    public static TheoryData<string> Chosen(params IReadOnlyList<string> all)
    {
        if (Environment.GetEnvironmentVariable("GATEWAY_LIVES") == "all")
            return [.. all];
        return [all[DateOnly.FromDateTime(DateTime.UtcNow).DayNumber % all.Count]];
    }
}
