using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>
/// The server is gone. What is left is last night's backup, sealed, and the recovery key, which GnuPG made; from the manifest in it a new server is built, and goes on from there. Real here: both gateways, the database
/// (Debian's, behind the rig's archive), the sealing, the services and the drives.
/// </summary>
public class RestoreTests(PreparedWine prepared)
{
    [Fact(Explicit = true)] // two servers are built
    public async Task A_new_server_goes_on_from_a_backup_and_the_recovery_key()
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        using var keys = new GnuPgHome();
        await keys.MakeAsync(cancel);
        var backup = Directory.CreateTempSubdirectory("restore-").FullName;
        await using (var lost = await BuiltAsync(keys, cancel))
        {
            await lost.StoreAsync("BEFORE-1", cancel);
            await lost.StoreAsync("BEFORE-2", cancel);
            var taken = await lost.GwctlAsync(cancel, ["backup", .. WineMachine.Manifest]);
            Assert.True(taken.ExitCode == 0 && taken.Output.Contains("sealed to", StringComparison.Ordinal), taken.ToString());
            var folder = Assert.Single(Directory.GetDirectories(Path.Combine(lost.DriveE, "backup")));
            Assert.DoesNotContain(Directory.GetFiles(folder), file => Path.GetFileName(file) is "index.db" or "keys.asc");
            await Tools.MustAsync("cp", ["-r", folder, Path.Combine(backup, "taken")], cancel);
        }

        var manifest = await keys.ManifestInAsync(Path.Combine(backup, "taken", "set.tar.pgp"), cancel);
        await using var found = await WineMachine.StartAsync(prepared, cancel);
        await File.WriteAllTextAsync(Path.Combine(found.DriveC, "appliance.json"), manifest, cancel);
        await ApplyAsync(found, keys, [@"C:\appliance.json"], cancel);
        await Tools.MustAsync("cp", ["-r", Path.Combine(backup, "taken"), Path.Combine(found.DriveC, "backup")], cancel);
        File.Copy(keys.SecretFile, Path.Combine(found.DriveC, "recovery.key"));
        await File.WriteAllTextAsync(Path.Combine(found.DriveC, "nothing.txt"), "\r\n", cancel);
        var wrong = await found.RunAsync(cancel, "cmd", "/c", $@"{WineMachine.Gwctl} backup verify C:\backup --key D:\VISUS\config\recovery.asc < C:\nothing.txt");
        Assert.True(wrong.ExitCode == 1 && wrong.Error.Contains("GW703", StringComparison.Ordinal), wrong.ToString());
        var restored = await found.RunAsync(cancel, "cmd", "/c", $@"{WineMachine.Gwctl} restore C:\backup C:\appliance.json --key C:\recovery.key --json < C:\nothing.txt");
        Assert.True(restored.ExitCode == 0, restored.ToString());
        Assert.Equal((2, 2), ((int)JsonNode.Parse(restored.Output)!["proof"]!["instances"]!, (int)JsonNode.Parse(restored.Output)!["putBack"]!["imagesGone"]!));

        var reconcile = await found.GwctlAsync(cancel, ["gateway", "reconcile", @"C:\appliance.json", "--by", "Site IT"]);
        Assert.True(reconcile.ExitCode == 0 && reconcile.Output.Contains("sending goes on", StringComparison.Ordinal), reconcile.ToString());
        await found.StoreAsync("AFTER", cancel);
        var health = await found.GetAsync("http://127.0.0.1:8480/health", cancel);
        Assert.Equal("healthy", (string?)JsonNode.Parse(health.Output)!["status"]);
        Assert.Single(found.Images());
        Directory.Delete(backup, recursive: true);
    }

    private async Task<WineMachine> BuiltAsync(GnuPgHome keys, CancellationToken cancel)
    {
        var machine = await WineMachine.StartAsync(prepared, cancel);
        await machine.WriteManifestAsync(""" "backup": { "recoveryKey": "D:\\VISUS\\config\\recovery.asc" },""", cancel);
        await ApplyAsync(machine, keys, WineMachine.Manifest, cancel);
        return machine;
    }

    private static async Task ApplyAsync(WineMachine machine, GnuPgHome keys, string[] manifest, CancellationToken cancel)
    {
        await machine.KeepSecretAsync(cancel);
        var built = await machine.GwctlAsync(cancel, ["apply", .. manifest]);
        Assert.True(built.ExitCode is 0 or 2, built.ToString());
        File.Copy(keys.PublicFile, Path.Combine(machine.DriveD, "VISUS", "config", "recovery.asc"));
    }

    /// <summary>A recovery key, as an administrator makes one somewhere else.</summary>
    private sealed class GnuPgHome : IDisposable
    {
        private readonly string home = Directory.CreateTempSubdirectory("recovery-").FullName;

        public string PublicFile => Path.Combine(home, "recovery.asc");

        public string SecretFile => Path.Combine(home, "recovery.key");

        public async Task MakeAsync(CancellationToken cancel)
        {
            string[] batch = ["--homedir", home, "--batch", "--pinentry-mode", "loopback", "--passphrase", ""];
            await Tools.MustAsync("gpg", [.. batch, "--quick-gen-key", "Recovery of the test", "future-default", "default", "5y"], cancel);
            await Tools.MustAsync("gpg", [.. batch, "--armor", "--output", PublicFile, "--export"], cancel);
            await Tools.MustAsync("gpg", [.. batch, "--output", SecretFile, "--export-secret-keys"], cancel);
        }

        /// <summary>The manifest out of a sealed backup, by GnuPG and tar alone: before there is a new machine there is nothing else.</summary>
        public async Task<string> ManifestInAsync(string sealedSet, CancellationToken cancel)
        {
            var opened = await Tools.RunAsync("sh", ["-c", "gpg --homedir \"$0\" --batch --quiet --decrypt \"$1\" | tar --extract --to-stdout --file - state-appliance.json", home, sealedSet], cancel);
            Assert.True(opened.ExitCode == 0, opened.ToString());
            return opened.Output;
        }

        public void Dispose()
        {
            using (var stop = System.Diagnostics.Process.Start("gpgconf", ["--homedir", home, "--kill", "all"]))
                stop.WaitForExit();
            Directory.Delete(home, recursive: true);
        }
    }
}
