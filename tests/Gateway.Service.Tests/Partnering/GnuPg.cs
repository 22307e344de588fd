using System.Diagnostics;
using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.Service.Tests.Partnering;

/// <summary>A person with gpg: a partner who keeps its key there, or whoever opens what was kept for a bad day. It and its agent are gone afterwards.</summary>
public sealed class GnuPg : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("gpg-").FullName;

    public GnuPg(params OwnKey[] keys)
    {
        foreach (var key in keys)
            Run("--import", Write("key", key.Write()));
    }

    public string FileOf(string name) => Path.Combine(home, name);

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(FileOf(name), bytes);
        return FileOf(name);
    }

    /// <summary>Runs gpg, which must succeed; what it says.</summary>
    public string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("gpg", ["--homedir", home, "--batch", "--yes", "--no-tty", "--status-fd", "2", "--pinentry-mode", "loopback", "--trust-model", "always", .. arguments])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true,
        };
        using var gpg = Process.Start(start)!;
        gpg.StandardInput.Close();
        var output = gpg.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = gpg.StandardError.ReadToEnd();
        gpg.WaitForExit();
        Assert.True(gpg.ExitCode == 0, $"gpg {string.Join(' ', arguments)}: {said}");
        return said + output.Result;
    }

    /// <summary>The public key, binary, as it is now.</summary>
    public byte[] Export(Fingerprint key)
    {
        Run("--output", FileOf("exported"), "--export", key.Value);
        return File.ReadAllBytes(FileOf("exported"));
    }

    /// <summary>Gives a key and its subkeys a later end.</summary>
    public void Extend(Fingerprint key, string validity)
    {
        Run("--quick-set-expire", key.Value, validity);
        Run("--quick-set-expire", key.Value, validity, "*");
    }

    /// <summary>Revokes a key.</summary>
    public void Revoke(Fingerprint key)
    {
        File.WriteAllText(FileOf("answers"), "y\n0\n\ny\n");
        Run("--command-file", FileOf("answers"), "--no-batch", "--output", FileOf("revocation"), "--gen-revoke", key.Value);
        Run("--trust-model", "pgp", "--import", FileOf("revocation"));
    }

    public void Dispose()
    {
        using (var kill = Process.Start(new ProcessStartInfo("gpgconf", ["--homedir", home, "--kill", "all"]))!)
            kill.WaitForExit();
        Directory.Delete(home, recursive: true);
    }
}
