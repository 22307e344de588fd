using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Registers Checkmk's agent through its controller as a person would ("Agent controller", Checkmk documentation; its source has the questions): it shows the server's certificate and asks for
/// yes or no on standard input, then asks for the password at its console. An argument could be seen by others, and blind trust would give the password to anybody.
/// </summary>
/// <param name="controller">The controller's program.</param>
/// <param name="keyboard">Opens what types at its console.</param>
internal sealed class AgentRegistrar(string controller, Func<AgentRegistrar.IKeyboard> keyboard)
{
    private const string AsksForTrust = "[Y/n]";
    private const string AsksForPassword = "Password for";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What types a line at a console.</summary>
    internal interface IKeyboard : IDisposable
    {
        /// <summary>Types a line.</summary>
        /// <param name="line">Its characters.</param>
        void Type(string line);
    }

    /// <summary>Registers the agent.</summary>
    /// <param name="with">With whom and as whom.</param>
    /// <param name="password">The account's password.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="RefusedException">The manifest names no site (GW2403), the controller failed (GW2404), the server is not known to be the right one (GW2406), or the password cannot be typed (GW2407).</exception>
    public async Task RegisterAsync(AgentConnection with, string password, CancellationToken cancel)
    {
        if (with.Site is not { } site)
            throw new RefusedException(Diagnostic.Error("GW2403", "The manifest does not name the site of the monitoring server, and the agent cannot be registered without.", "Ask its operator, and write it into monitoring.site."));
        if (password.Length == 0 || password.Any(c => c is < ' ' or > '~'))
            throw new RefusedException(Diagnostic.Error("GW2407", $"The password of {with.User} is empty or has other characters than those of ASCII: the agent's controller takes it from a console, in whose code page they could change.", "Have a password of letters, digits and signs issued, and keep it with 'gwctl secret'."));

        using var console = OpenKeyboard();
        var start = new ProcessStartInfo(controller, ["register", "--hostname", with.HostName, "--server", with.Server, "--site", site, "--user", with.User])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
            var said = process.StandardOutput.ReadToEndAsync(limit.Token);
            var asked = new StringBuilder();
            if (await ReadUntilAsync(process.StandardError, asked, AsksForTrust, limit.Token))
            {
                var shown = CertificateIn(asked.ToString());
                if (shown is null || shown != with.Certificate)
                    throw Unknown(with, shown);
                await process.StandardInput.WriteLineAsync("y");
                await process.StandardInput.FlushAsync(limit.Token);
                if (await ReadUntilAsync(process.StandardError, asked, AsksForPassword, limit.Token))
                    console.Type(password);
            }

            process.StandardInput.Close();
            var rest = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            _ = await said;
            if (process.ExitCode != 0)
                throw Failed($"exit code {process.ExitCode}: {LastLine(asked + rest)}");
        }
        catch (Win32Exception e)
        {
            throw Failed(e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failed($"it was not done within {Patience.TotalSeconds:0} s");
        }
        finally
        {
            if (process is { HasExited: false })
                process.Kill(entireProcessTree: true);
            process?.Dispose();
        }
    }

    private IKeyboard OpenKeyboard()
    {
        try
        {
            return keyboard();
        }
        catch (Win32Exception e)
        {
            throw new RefusedException(
                Diagnostic.Error("GW2407", $"The password cannot be typed: this process has no console, and none can be made ({e.Message}).", "Run gwctl in a console window, as administrator; or register the agent by hand: cmk-agent-ctl register."),
                e);
        }
    }

    // False when the program ended without the question.
    private static async Task<bool> ReadUntilAsync(StreamReader from, StringBuilder into, string question, CancellationToken cancel)
    {
        var buffer = new char[256];
        var begun = into.Length;
        while (into.ToString(begun, into.Length - begun) is var text && !text.Contains(question, StringComparison.Ordinal))
        {
            var count = await from.ReadAsync(buffer, cancel);
            if (count == 0)
                return false;
            into.Append(buffer, 0, count);
        }

        return true;
    }

    private static Sha256Digest? CertificateIn(string text) =>
        PemEncoding.TryFind(text, out var found) && text[found.Label] == "CERTIFICATE" ? Sha256Digest.Of(Convert.FromBase64String(text[found.Base64Data])) : null;

    private static string LastLine(string text) => text.Split('\n').Select(line => line.Trim(' ', '>', '\r')).LastOrDefault(line => line.Length > 0) ?? "it said nothing";

    private static RefusedException Unknown(AgentConnection with, Sha256Digest? shown) => new(Diagnostic.Error(
        "GW2406",
        shown is null ? $"{with.Server} showed no certificate that could be read."
        : with.Certificate is null ? $"{with.Server} shows the certificate {shown}, and the manifest does not say whether that is the right one. The password was not sent."
        : $"{with.Server} shows the certificate {shown}, and the manifest pins {with.Certificate}. The password was not sent.",
        "Have the operator of the monitoring server say the SHA-256 of its certificate, and write it into monitoring.serverCertificate when it is that one; otherwise somebody stands in between."));

    private static RefusedException Failed(string why) =>
        new(Diagnostic.Error("GW2404", $"cmk-agent-ctl register failed ({why}).", "Its own message and the agent's log say more; account, password, site and host name must be known to the monitoring server."));
}
