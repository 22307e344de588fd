using System.Text;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>
/// The custom action alone: the product's own MSI around a program that says what a test tells it to, in gwctl's place. What the bridge hands to Windows Installer stands in its log.
/// </summary>
public class BridgeTests(PreparedWine prepared)
{
    [Fact]
    public async Task Lines_become_messages_exit_codes_become_Windows_Installers_and_a_cancel_ends_every_process()
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await WineMachine.StartAsync(prepared, cancel, isLaidDown: false);
        var speak = Directory.CreateDirectory(Path.Combine(machine.DriveC, "speak")).FullName;
        await BuildAsync(machine, cancel);
        async Task<(int Code, string Log)> InstalledAsync(string apply, string arguments = "", string remove = "exit 0")
        {
            await File.WriteAllTextAsync(Path.Combine(speak, "apply.txt"), apply + "\n", new UTF8Encoding(false), cancel);
            await File.WriteAllTextAsync(Path.Combine(speak, "remove.txt"), remove + "\n", cancel);
            var installed = await machine.MsiexecAsync(@"/i C:\Gateway.msi " + arguments, cancel);
            if (installed.ExitCode is 0 or 3010)
                Assert.Equal(0, (await machine.MsiexecAsync(@"/x C:\Gateway.msi PURGEDATA=YES-DELETE-IMAGES", cancel)).ExitCode);
            return installed;
        }

        // What is said, with what JSON escapes, with what Windows Installer's own formats would take for theirs, and longer than any buffer.
        var (code, log) = await InstalledAsync("""
            say {"progress":"Röntgen \"Süd\" [ProductName] D:\\VISUS \u00e4\ttab","permille":250}
            say {"note":"a note [1] %s"}
            long 60000
            long 1200000
            say {"unknown":"is no message"}
            say no JSON at all
            say {}
            say {"show":"D:\\VISUS\\state\\reports\\a report.html"}
            say {"progress":"last","permille":1000}
            exit 0
            """, @"LANGUAGE=de MANIFEST=""C:\Röntgen Süd\appliance.json"" PAYLOADS=""C:\Nutz lasten\""");
        Assert.True(code == 0, log);
        Assert.Contains("R\u00f6ntgen \"S\u00fcd\" (ProductName) D:\\VISUS \u00e4 tab", log, StringComparison.Ordinal);
        Assert.Contains("a note (1) %s", log, StringComparison.Ordinal);
        Assert.Contains(new string('x', 10_000), log, StringComparison.Ordinal);
        Assert.Contains("last", log, StringComparison.Ordinal);
        Assert.DoesNotContain("is no message", log, StringComparison.Ordinal);
        Assert.Equal(
            @"""D:\VISUS\gateway\0.1.0\gwctl.exe"" installer apply ""C:\Röntgen Süd\appliance.json"" --payloads ""C:\Nutz lasten\."" --msi ""C:\Gateway.msi"" --language ""de""",
            await ArgumentsAsync("apply"));
        Assert.EndsWith("--purge", await ArgumentsAsync("remove"), StringComparison.Ordinal);
        Assert.Contains(@"D:\VISUS\state\reports\a report.html", (await machine.RunAsync(cancel, "reg", "query", @"HKLM\SOFTWARE\DICOM-Mail Gateway Installation", "/v", "Show", "/reg:64")).Output, StringComparison.Ordinal);

        // How it ends.
        Assert.Equal(0, (await InstalledAsync("exit 2")).Code);
        foreach (var failing in (string[])["exit 1", "exit 3", "exit 65", "exit 99"])
        {
            var (failed, said) = await InstalledAsync("say {\"error\":\"GW9999 the reason\\nand another\"}\n" + failing);
            Assert.Equal(1603, failed);
            Assert.Contains("GW9999 the reason", said, StringComparison.Ordinal);
            Assert.Contains("\n\"D:\\VISUS\\gateway\\0.1.0\\gwctl.exe\" installer undo ", said, StringComparison.Ordinal); // Wine calls it after it has removed the program
            Assert.False(machine.HasProgram());
        }

        // Without gwctl nothing is taken back, and removing what it set up does not seem to have succeeded; a repair brings it back.
        await File.WriteAllTextAsync(Path.Combine(speak, "apply.txt"), "exit 0\n", cancel);
        Assert.Equal(0, (await machine.MsiexecAsync(@"/i C:\Gateway.msi", cancel)).ExitCode);
        File.Delete(Path.Combine(machine.DriveD, "VISUS", "gateway", "0.1.0", "gwctl.exe"));
        var (kept, why) = await machine.MsiexecAsync(@"/x C:\Gateway.msi", cancel);
        Assert.Equal(1603, kept);
        Assert.Contains("GW8102 ", why, StringComparison.Ordinal);
        Assert.Equal(0, (await machine.MsiexecAsync(@"/i C:\Gateway.msi REINSTALL=ALL REINSTALLMODE=omus", cancel)).ExitCode);
        Assert.True(machine.HasProgram());
        Assert.Equal(0, (await machine.MsiexecAsync(@"/x C:\Gateway.msi", cancel)).ExitCode);

        // A cancel is heard between two words, even when gwctl says nothing but that it lives, and ends what it started too.
        await File.WriteAllTextAsync(Path.Combine(speak, "apply.txt"), "child\nsay {\"progress\":\"cancel here\",\"permille\":1}\n" + string.Concat(Enumerable.Repeat("say {}\nsleep 200\n", 300)) + "exit 0\n", cancel);
        await MsiMachine.CompileAsync("cancelling-installer.c", Path.Combine(machine.DriveC, "cancel.exe"), cancel, "-lmsi");
        var (cancelled, _) = await machine.InstallAsync(@"C:\cancel.exe C:\Gateway.msi """" ""cancel here"" C:\install.log >C:\heard.txt", cancel);
        Assert.Equal(1602, cancelled);
        Assert.DoesNotContain("gwctl.exe", machine.WhatRuns(), StringComparison.Ordinal);

        // Restart: last, because what asks for it is remembered until there is one.
        Assert.Equal(3010, (await InstalledAsync("exit 4")).Code);

        async Task<string> ArgumentsAsync(string verb) => await File.ReadAllTextAsync(Path.Combine(speak, $"{verb}.arguments"), Encoding.Unicode, cancel);
    }

    // What it is built of beside the speaker only has a name and a version.
    private async Task BuildAsync(WineMachine machine, CancellationToken cancel)
    {
        var programs = Directory.CreateDirectory(Path.Combine(machine.DriveC, "programs")).FullName;
        await MsiMachine.CompileAsync("speaker.c", Path.Combine(programs, "gwctl.exe"), cancel);
        foreach (var name in (string[])["Gateway.Service.exe", "Gateway.Provisioning.dll"])
            File.Copy(Path.Combine(prepared.Product, name), Path.Combine(programs, name));
        File.Move(await PreparedMsi.BuildAsync(programs, Path.Combine(machine.DriveC, "built")), Path.Combine(machine.DriveC, "Gateway.msi"));
    }
}
