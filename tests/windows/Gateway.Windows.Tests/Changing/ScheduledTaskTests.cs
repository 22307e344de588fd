using System.Runtime.Versioning;
using Gateway.Provisioning.Machines.Abilities;
using Xunit;

namespace Gateway.Windows.Tests.Changing;

/// <summary>A daily task, as schtasks sees it and as Windows stores it. Registers a task that ends at once, runs it, and unregisters it.</summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public sealed class ScheduledTaskTests : IAsyncDisposable
{
    private const string Folder = @"\DICOM-Mail Gateway";
    private readonly string name = ThisMachine.NewName();
    private bool folderWasThere = true;

    private string Path => $@"{Folder}\{name}";

    public async ValueTask DisposeAsync()
    {
        if (Permission.WhyNot(changes: true) is not null)
            return;
        await WindowsTool.RunAsync("schtasks", CancellationToken.None, "/delete", "/tn", Path, "/f");
        if (!folderWasThere)
            await TaskFolder.RemoveAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_task_that_Windows_stored_is_still_ours_runs_and_goes()
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        folderWasThere = await TaskFolder.ExistsAsync(cancel);
        await using var machine = ThisMachine.Open();
        var task = new ScheduledTaskState(name, @"C:\Windows\System32\cmd.exe", "/c exit 3", "02:30", "SYSTEM", Enabled: true);
        await machine.ScheduledTasks.PutAsync(task, cancel);

        // What Windows adds when it stores a definition does not make it a stranger's.
        var read = await ReadAsync(machine.ScheduledTasks, cancel);
        Assert.Null(read!.Definition);
        Assert.Equal(task, read with { RegisteredAt = null });
        Assert.NotNull(read.RegisteredAt);
        var xml = await WindowsTool.MustAsync("schtasks", cancel, "/query", "/tn", Path, "/xml");
        Assert.Contains("S-1-5-18", xml, StringComparison.Ordinal);
        Assert.Contains("T02:30:00", xml, StringComparison.Ordinal);
        Assert.Contains("<DaysInterval>1</DaysInterval>", xml, StringComparison.Ordinal);

        // It runs as it will at night, and its exit code comes back.
        await WindowsTool.MustAsync("schtasks", cancel, "/run", "/tn", Path);
        for (var waited = 0; (read = await ReadAsync(machine.ScheduledTasks, cancel)) is not { LastResult: not null }; waited++)
        {
            Assert.True(waited < 60, "the task did not end within a minute");
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            machine.LookAfresh();
        }

        Assert.Equal(3, read.LastResult);
        Assert.InRange(read.LastRun!.Value, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));

        // Switched off by hand it differs, and registering it again mends that.
        await WindowsTool.MustAsync("schtasks", cancel, "/change", "/tn", Path, "/disable");
        machine.LookAfresh();
        Assert.False((await ReadAsync(machine.ScheduledTasks, cancel))!.Enabled);
        await machine.ScheduledTasks.PutAsync(task, cancel);
        Assert.True((await ReadAsync(machine.ScheduledTasks, cancel))!.Enabled);

        await machine.ScheduledTasks.RemoveAsync(name, cancel);
        Assert.NotEqual(0, (await WindowsTool.RunAsync("schtasks", cancel, "/query", "/tn", Path)).ExitCode);
        await machine.ScheduledTasks.RemoveAsync(name, cancel); // of one that is not there
        Assert.Null(await ReadAsync(machine.ScheduledTasks, cancel));
    }

    private async Task<ScheduledTaskState?> ReadAsync(IScheduledTasks tasks, CancellationToken cancel) => (await tasks.ReadAsync(cancel)).SingleOrDefault(t => t.Name == name);
}
