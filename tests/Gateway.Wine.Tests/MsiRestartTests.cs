using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>Windows waits for a restart: the installer says so with its own exit code, and what was left is done after it.</summary>
public class MsiRestartTests(PreparedWine prepared)
{
    private const string Pending = @"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending";

    [Fact(Explicit = true)]
    public async Task A_restart_that_is_needed_ends_with_3010_and_the_second_stage_is_done_after_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await MsiMachine.ReadyAsync(prepared, cancel);
        await machine.RunAsync(cancel, "reg", "add", Pending, "/f", "/reg:64");
        var (code, log) = await machine.MsiexecAsync(MsiMachine.Install, cancel);
        Assert.True(code == 3010, $"{code}\n{log}");

        await machine.RunAsync(cancel, "reg", "delete", Pending, "/f", "/reg:64");
        await machine.RestartAsync(cancel);
        await machine.UntilStandingAsync("verified", cancel);
        await machine.AssertRunsAsync(cancel);
        Assert.True(File.Exists(Path.Combine(machine.DriveC, "Program Files (x86)", "checkmk", "service", "check_mk_agent.exe")));
        await machine.StoreAsync("one", cancel);
    }
}
