using System.Diagnostics;
using System.Text;
using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>The real gpg, with a home of its own that knows our keys; it and its agent are gone afterwards.</summary>
public sealed class GnuPg : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("gpg-").FullName;

    public GnuPg()
    {
        foreach (var key in (OwnKey[])[Keys.Rsa, Keys.Curve])
            Import(key.Write());
    }

    public string FileOf(string name) => Path.Combine(home, name);

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(FileOf(name), bytes);
        return FileOf(name);
    }

    public void Import(byte[] key) => Run("--import", Write("import", key));

    /// <summary>Runs gpg, which must succeed.</summary>
    /// <returns>What it says on its status and error output.</returns>
    public string Run(params string[] arguments)
    {
        var (code, said) = Try(arguments);
        Assert.True(code == 0, $"gpg {string.Join(' ', arguments)}: {said}");
        return said;
    }

    public (int Code, string Said) Try(params string[] arguments)
    {
        var start = new ProcessStartInfo("gpg", ["--homedir", home, "--batch", "--yes", "--no-tty", "--status-fd", "2", "--pinentry-mode", "loopback", "--trust-model", "always", .. arguments])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true, StandardErrorEncoding = Encoding.UTF8,
        };
        using var gpg = Process.Start(start)!;
        gpg.StandardInput.Close();
        var output = gpg.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = gpg.StandardError.ReadToEnd();
        gpg.WaitForExit();
        return (gpg.ExitCode, said + output.Result);
    }

    /// <summary>Encrypts and signs with gpg.</summary>
    public byte[] Seal(byte[] content, params string[] arguments)
    {
        Run(["--output", FileOf("sealed"), .. arguments, Write("content", content)]);
        return File.ReadAllBytes(FileOf("sealed"));
    }

    /// <summary>Decrypts with gpg, which must find a valid signature of <paramref name="signer"/>.</summary>
    public byte[] OpenSigned(byte[] message, OwnKey signer)
    {
        var said = Run("--output", FileOf("opened"), "--decrypt", Write("message", message));
        Assert.Contains("DECRYPTION_OKAY", said, StringComparison.Ordinal);
        Assert.Contains("GOODMDC", said, StringComparison.Ordinal);
        Assert.Contains($"VALIDSIG {signer.Fingerprint}", said, StringComparison.Ordinal);
        return File.ReadAllBytes(FileOf("opened"));
    }

    public void Dispose()
    {
        using (var kill = Process.Start(new ProcessStartInfo("gpgconf", ["--homedir", home, "--kill", "all"]))!)
            kill.WaitForExit();
        Directory.Delete(home, recursive: true);
    }
}
