using System.Diagnostics;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Windows;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>The connection to PowerShell survives what breaks it.</summary>
public sealed class WindowsPowerShellTests
{
    private static readonly Dictionary<string, object> Nothing = [];

    [Fact]
    public async Task A_PowerShell_that_could_not_be_started_is_started_the_next_time()
    {
        using var rig = new RigPowerShell();
        rig.Break();
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<NotAssessableException>(() => AskAsync(rig));
        rig.Mend();
        Assert.Equal(3, (await AskAsync(rig)).Count);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_PowerShell_that_died_is_started_again()
    {
        using var rig = new RigPowerShell();
        await AskAsync(rig);
        rig.Kill();
        var clock = Stopwatch.StartNew();
        Assert.Equal(3, (await AskAsync(rig)).Count);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Who_no_longer_waits_leaves_no_pipeline_behind()
    {
        using var rig = new RigPowerShell();
        await AskAsync(rig);
        rig.Change(state => state["faults"] = new JsonArray("slow:60"));
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Connection.InvokeAsync(Cmdlets.GetFirewallProfile, Nothing, missingIsEmpty: false, patience.Token));
        rig.Change(state => state["faults"] = new JsonArray());
        Assert.Equal(3, (await AskAsync(rig)).Count);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(40));
    }

    [Fact(Explicit = true)]
    public async Task One_that_hangs_while_it_opens_is_ended_and_another_one_tried()
    {
        using var rig = new RigPowerShell(patience: TimeSpan.FromSeconds(20));
        rig.HangOnce();
        Assert.Equal(3, (await AskAsync(rig)).Count);
    }

    [Fact]
    public async Task A_question_that_one_process_does_not_answer_is_asked_of_another_and_a_change_is_not()
    {
        using var rig = new RigPowerShell(answerPatience: TimeSpan.FromSeconds(1));
        await AskAsync(rig);
        var first = rig.ProcessId();
        rig.Change(state => state["faults"] = new JsonArray("slow:90"));
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(AskAsync(rig), LiftAsync(rig));
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(40));
        Assert.NotEqual(first, rig.ProcessId());

        rig.Change(state => state["faults"] = new JsonArray("slow:2"));
        var second = rig.ProcessId();
        await rig.Connection.InvokeAsync(Cmdlets.NewFirewallRule, WindowsPowerShell.With(("Name", "one"), ("DisplayName", "One")), missingIsEmpty: false, TestContext.Current.CancellationToken);
        Assert.Equal(second, rig.ProcessId());
    }

    // The call that sleeps has seen the fault by then.
    private static async Task LiftAsync(RigPowerShell rig)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(700), TestContext.Current.CancellationToken);
        rig.Change(state => state["faults"] = new JsonArray());
    }

    private static Task<IReadOnlyList<System.Management.Automation.PSObject>> AskAsync(RigPowerShell rig) =>
        rig.Connection.InvokeAsync(Cmdlets.GetFirewallProfile, Nothing, missingIsEmpty: false, TestContext.Current.CancellationToken);
}
