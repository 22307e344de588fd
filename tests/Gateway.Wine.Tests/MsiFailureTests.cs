using System.Text;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>An installation that fails or is cancelled on its way: the machine is as it was before, and the next attempt succeeds.</summary>
public class MsiFailureTests(PreparedWine prepared)
{
    [Fact(Explicit = true)]
    public async Task A_change_that_fails_and_a_payload_that_is_another_one_leave_the_machine_as_it_was()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await MsiMachine.ReadyAsync(prepared, cancel);
        var before = await machine.PictureAsync(cancel);

        // The firewall refuses: folders and registry have been changed by then.
        machine.Fault("access-denied");
        var (failed, log) = await machine.MsiexecAsync(MsiMachine.Install, cancel);
        Assert.True(failed == 1603, log);
        Assert.Contains("GW2302 firewall-rule/", log, StringComparison.Ordinal);
        Assert.Contains("has set up folder/images", await File.ReadAllTextAsync(machine.InstallationLog, cancel), StringComparison.Ordinal);
        machine.Fault();
        Assert.Equal(before, await machine.PictureAsync(cancel));
        Assert.Equal("", await machine.StandingAsync(cancel));

        // The agent's MSI is another one than the pinned: the database is built by then. A folder with a blank, an umlaut and a backslash at its end.
        var payloads = Directory.CreateDirectory(Path.Combine(machine.DriveC, "Nutzlasten Süd")).FullName;
        foreach (var payload in Directory.EnumerateFiles(machine.PayloadFolder))
            File.Move(payload, Path.Combine(payloads, Path.GetFileName(payload)));
        var agent = Path.Combine(payloads, "check_mk_agent.msi");
        await File.AppendAllTextAsync(agent, "another one", cancel);
        before = await machine.PictureAsync(cancel);
        const string With = MsiMachine.Install + @" PAYLOADS=""C:\Nutzlasten Süd\""";
        var (refused, second) = await machine.MsiexecAsync(With, cancel);
        Assert.True(refused == 1603, second);
        Assert.Contains("GW2503 ", second, StringComparison.Ordinal);
        Assert.Contains("has set up package/mariadb", await File.ReadAllTextAsync(machine.InstallationLog, cancel), StringComparison.Ordinal);
        Assert.Equal(WithoutData(before), WithoutData(await machine.PictureAsync(cancel)));

        await using (var content = File.OpenWrite(agent))
            content.SetLength(content.Length - Encoding.ASCII.GetByteCount("another one"));
        var (installed, third) = await machine.MsiexecAsync(With, cancel);
        Assert.True(installed == 0, third);
        await machine.AssertRunsAsync(cancel);
        await machine.UntilStandingAsync("verified", cancel);
    }

    /// <summary>
    /// Wine's own dialogs show their button, but what it is pressed for does not reach the action at work: the installation is driven by a program that listens and cancels, as deployment tools do.
    /// Wine ends with 1602 and rolls nothing back, where Windows calls the rollback's actions: what they would call is called by hand, and the program files are left out.
    /// </summary>
    [Fact(Explicit = true)]
    public async Task Cancelling_ends_everything_that_is_at_work_and_what_was_done_is_taken_back()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await MsiMachine.ReadyAsync(prepared, cancel);
        await MsiMachine.CompileAsync("cancelling-installer.c", Path.Combine(machine.DriveC, "cancel.exe"), cancel, "-lmsi");
        var before = await machine.PictureAsync(cancel);

        var (code, log) = await machine.InstallAsync($@"C:\cancel.exe C:\Gateway.msi ""{MsiMachine.Manifest.Replace("\"", "\\\"", StringComparison.Ordinal)}"" ""Now set up: mariadb"" C:\install.log >C:\heard.txt", cancel);
        Assert.True(code == 1602, $"{code}\n{log}");
        Assert.DoesNotContain("gwctl.exe", machine.WhatRuns(), StringComparison.Ordinal);
        Assert.NotEqual("runFinished", (string?)machine.LastOfJournal()!["event"]);

        var undo = log.Split('\n').Select(line => line.Trim()).Last(line => line.StartsWith(@"""D:\VISUS\gateway\0.1.0\gwctl.exe"" installer apply ", StringComparison.Ordinal)).Replace("installer apply", "installer undo", StringComparison.Ordinal);
        var (undone, _) = await machine.InstallAsync(undo, cancel);
        Assert.Equal(0, undone);
        Assert.Equal(WithoutPrograms(WithoutData(before)), WithoutPrograms(WithoutData(await machine.PictureAsync(cancel))));
    }

    // Tables that were made stay: they hold data.
    private static string WithoutData(string picture) => Without(picture, "D: mariaDB");

    private static string WithoutPrograms(string picture) => Without(picture, "D: VISUS/gateway");

    private static string Without(string picture, string prefix) => string.Join('\n', picture.Split('\n').Where(line => !line.StartsWith(prefix, StringComparison.Ordinal)));
}
