using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>
/// The full user interface, driven by mouse and keyboard as a person at the server does it, in German and in English. Each dialog is kept as a picture (artifacts/screens), to be looked at.
/// </summary>
public class MsiWindowTests(PreparedWine prepared)
{
    [Fact(Explicit = true)]
    public async Task In_German_a_person_installs_with_what_he_types_repairs_and_removes()
    {
        Assert.SkipWhen(Screen.Missing is not null, Screen.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var screen = await Screen.StartAsync();
        await using var machine = await MsiMachine.ReadyAsync(prepared, cancel, display: screen.Display);
        var installing = machine.InstallAsync(@"msiexec /i C:\Gateway.msi LANGUAGE=de OVERLAY=""C:\Röntgen Süd.json"" /l*v C:\install.log", cancel);
        await screen.SeeAsync("de-1-welcome", cancel);
        await screen.ClickAsync("WelcomeDialog", "Next", cancel);
        await screen.ClickFieldAsync("SiteDialog", "MANIFEST", cancel);
        await screen.TypeAsync(@"c:\appliance.json", cancel);
        await screen.SeeAsync("de-2-site", cancel);
        await screen.ClickAsync("SiteDialog", "Next", cancel);
        await UntilAsync(() => File.Exists(machine.InstallationLog), cancel);
        await screen.SeeAsync("de-3-progress", cancel);
        await UntilAsync(() => File.ReadAllText(machine.InstallationLog).Contains("built: ", StringComparison.Ordinal), cancel);
        await Task.Delay(4000, cancel);
        await screen.SeeAsync("de-4-done", cancel);
        await screen.ClickAsync("DoneDialog", "Cancel", cancel);
        var (code, log) = await installing;
        Assert.True(code == 0, log);
        await machine.AssertRunsAsync(cancel);
        await machine.UntilStandingAsync("verified", cancel);
        await machine.UntilQuietAsync(cancel);

        // Started again, it offers to repair and to remove.
        var removing = machine.InstallAsync(@"msiexec /i C:\Gateway.msi LANGUAGE=de /l*v C:\install.log", cancel);
        await screen.SeeAsync("de-5-maintenance", cancel);
        await screen.ClickAsync("MaintenanceDialog", "Remove", cancel);
        await UntilAsync(() => File.ReadAllText(machine.InstallationLog).Contains("what was set up is taken back", StringComparison.Ordinal), cancel);
        await screen.SeeAsync("de-6-removal", cancel);
        await UntilAsync(() => File.ReadAllText(machine.InstallationLog).Contains("data stay", StringComparison.Ordinal), cancel);
        await Task.Delay(4000, cancel);
        await screen.SeeAsync("de-7-removed", cancel);
        await screen.ClickAsync("DoneDialog", "Cancel", cancel);
        Assert.Equal(0, (await removing).ExitCode);
        Assert.DoesNotContain("SERVICE_NAME", await machine.ServiceAsync("DicomMailGateway", cancel), StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task In_English_a_machine_that_is_too_small_is_told_to_be_and_a_person_may_change_his_mind()
    {
        Assert.SkipWhen(Screen.Missing is not null, Screen.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var screen = await Screen.StartAsync();
        await using var machine = await MsiMachine.ReadyAsync(prepared, cancel, driveD: "20G", display: screen.Display);
        var cancelling = machine.InstallAsync($@"msiexec {MsiMachine.Install} LANGUAGE=en /l*v C:\install.log", cancel);
        await screen.SeeAsync("en-1-welcome", cancel);
        await screen.ClickAsync("WelcomeDialog", "Cancel", cancel);
        await screen.SeeAsync("en-2-cancel", cancel);
        await screen.ClickAsync("CancelDialog", "Yes", cancel);
        await screen.SeeAsync("en-3-cancelled", cancel);
        await screen.ClickAsync("CancelledDialog", "Cancel", cancel);
        Assert.Equal(1602, (await cancelling).ExitCode);
        Assert.False(File.Exists(machine.InstallationLog));

        var installing = machine.InstallAsync($@"msiexec {MsiMachine.Install} LANGUAGE=en /l*v C:\install.log", cancel);
        await screen.SeeAsync("en-4-welcome", cancel);
        await screen.ClickAsync("WelcomeDialog", "Next", cancel);
        await screen.SeeAsync("en-5-site", cancel);
        await screen.ClickAsync("SiteDialog", "Next", cancel);
        await UntilAsync(() => File.Exists(machine.InstallationLog) && File.ReadAllText(machine.InstallationLog).Contains("GW2001", StringComparison.Ordinal), cancel);
        await Task.Delay(1500, cancel);
        await screen.SeeAsync("en-6-reason", cancel);
        await screen.AnswerAsync(cancel);
        await Task.Delay(3000, cancel);
        await screen.SeeAsync("en-7-failed", cancel);
        await screen.ClickAsync("FailedDialog", "Cancel", cancel);
        Assert.Equal(1603, (await installing).ExitCode);
    }

    private static async Task UntilAsync(Func<bool> isSo, CancellationToken cancel)
    {
        for (var waited = 0; !isSo(); waited++)
        {
            Assert.True(waited < 600, "it does not come to that");
            await Task.Delay(200, cancel);
        }
    }
}
