using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>What the MSI refuses before anything is copied, or before anything is changed: exit code 1603, a reason in the log, and nothing left.</summary>
public class MsiRefusalTests(PreparedWine prepared)
{
    [Fact(Explicit = true)]
    public async Task What_cannot_be_installed_is_refused_with_its_reason_and_leaves_nothing()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await MsiMachine.ReadyAsync(prepared, cancel);
        var before = await machine.PictureAsync(cancel);
        async Task RefusedAsync(string arguments, string reason)
        {
            var (code, log) = await machine.MsiexecAsync(arguments, cancel);
            Assert.True(code == 1603, $"{code} {arguments}\n{log}");
            Assert.Contains(reason, log, StringComparison.Ordinal);
            Assert.Equal(before, await machine.PictureAsync(cancel));
        }

        // Values and files that are wrong.
        // (Wine keeps a launch condition's message to itself where there is no window; the builder's tests hold the messages.)
        await RefusedAsync(MsiMachine.Install + " PURGEDATA=yes", "");
        await RefusedAsync(@"/i C:\Gateway.msi MANIFEST=C:\there-is-none.json", @"GW1002 The file C:\there-is-none.json cannot be read");
        await File.WriteAllTextAsync(Path.Combine(machine.DriveC, "wrong.json"), """{ "gatway": {} }""", cancel);
        await RefusedAsync(@"/i C:\Gateway.msi MANIFEST=C:\appliance.json OVERLAY=C:\wrong.json", @"GW1101 C:\wrong.json:1:3 /gatway");

        // A Windows that is not supported.
        const string Build = @"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";
        await machine.RunAsync(cancel, "reg", "add", Build, "/v", "CurrentBuildNumber", "/d", "9600", "/f", "/reg:64");
        await RefusedAsync(MsiMachine.Install, "");
        await machine.RunAsync(cancel, "reg", "add", Build, "/v", "CurrentBuildNumber", "/d", "20348", "/f", "/reg:64");

        // Drives: none, and one that is no disk.
        var device = Path.Combine(machine.Prefix, "dosdevices", "e:");
        File.Delete(device);
        await RefusedAsync(MsiMachine.Install + " LANGUAGE=de", "GW8101 E: Dieses Laufwerk gibt es nicht.");
        File.CreateSymbolicLink(device, machine.DriveE);
        device = Path.Combine(machine.Prefix, "dosdevices", "d:");
        File.Delete(device);
        await RefusedAsync(MsiMachine.Install + " LANGUAGE=en", "GW8101 D: This drive is not there.");
        File.CreateSymbolicLink(device, machine.DriveD);
        await machine.RunAsync(cancel, "reg", "add", @"HKLM\Software\Wine\Drives", "/v", "d:", "/d", "cdrom", "/f", "/reg:64");
        await machine.RestartAsync(cancel);
        before = await machine.PictureAsync(cancel);
        await RefusedAsync(MsiMachine.Install + " LANGUAGE=en", "GW8101 D: This drive is no fixed disk.");
    }
}
