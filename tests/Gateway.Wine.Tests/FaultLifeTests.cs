using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>A whole life, from the preflight to the last rollback, under each fault that keeps changes from being made.</summary>
public class RefusedChangeTests(FaultMachine machine) : IClassFixture<FaultMachine>
{
    [Theory(Explicit = true)]
    [InlineData("firewall-policy-disallows-local-rules")]
    [InlineData("access-denied")]
    [InlineData("access-denied,german")]
    [InlineData("tamper-protection")]
    [InlineData("defender-policy-no-local-merge")]
    [InlineData("slow:0.2")]
    [InlineData("german")]
    public Task A_whole_life_under_a_fault(string fault) => FaultLife.WholeAsync(machine, Fault.All[fault], TestContext.Current.CancellationToken);
}

/// <summary>A whole life on a Windows that lacks a module of cmdlets, whose objects come in their other shape, or whose PowerShell is restricted.</summary>
public class OldBaselineTests(FaultMachine machine) : IClassFixture<FaultMachine>
{
    [Theory(Explicit = true)]
    [InlineData("netsecurity-missing")]
    [InlineData("defender-missing")]
    [InlineData("scheduledtasks-missing")]
    [InlineData("cimcmdlets-missing")]
    [InlineData("smbshare-missing")]
    [InlineData("display-values")]
    [InlineData("constrained-language")]
    public Task A_whole_life_on_an_old_baseline(string fault) => FaultLife.WholeAsync(machine, Fault.All[fault], TestContext.Current.CancellationToken);
}
