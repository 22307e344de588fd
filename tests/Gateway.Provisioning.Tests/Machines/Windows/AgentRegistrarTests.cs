using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest.Values;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>
/// The conversation with the agent's controller, whose questions are those of its source (cmk-agent-ctl, modes/registration.rs): the certificate and a yes or no by standard input, then the
/// password by the console, which here is a pipe. The real controller is not to be had on Linux with a Windows console.
/// </summary>
public sealed class AgentRegistrarTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gw-agent-").FullName;
    private readonly string pem;
    private readonly Sha256Digest digest;

    public AgentRegistrarTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=site", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        pem = certificate.ExportCertificatePem();
        digest = Sha256Digest.Of(certificate.RawData);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Arguments => Path.Combine(folder, "arguments");

    private string Console => Path.Combine(folder, "console");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_answers_the_questions_and_the_password_is_no_argument()
    {
        await RegisterAsync(Controller(), With() with { Certificate = digest });
        var arguments = await File.ReadAllTextAsync(Arguments, Cancel);
        Assert.Equal("register --hostname GW01 --server monitor.example:8140 --site gateways --user registrar\n", arguments);
        Assert.Equal("s3cret", await File.ReadAllTextAsync(Path.Combine(folder, "read"), Cancel));
    }

    [Fact]
    public async Task A_server_with_another_certificate_or_an_unpinned_one_gets_no_password()
    {
        var unpinned = await RefusedAsync("GW2406", Controller(), With());
        Assert.Contains(digest.Text, unpinned.Message, StringComparison.Ordinal);
        await RefusedAsync("GW2406", Controller(), With() with { Certificate = Sha256Digest.Of("another"u8) });
        Assert.False(File.Exists(Path.Combine(folder, "read")));
    }

    [Fact]
    public async Task What_the_controller_refuses_is_said_in_its_own_words()
    {
        var refused = await RefusedAsync("GW2404", Controller(end: "echo 'ERROR Error registering existing host: 401' >&2; exit 1"), With() with { Certificate = digest });
        Assert.Contains("exit code 1: ERROR Error registering existing host: 401", refused.Message, StringComparison.Ordinal);
        var early = await RefusedAsync("GW2404", Script("echo 'ERROR Failed to discover agent receiver port' >&2; exit 1"), With() with { Certificate = digest });
        Assert.Contains("Failed to discover", early.Message, StringComparison.Ordinal);
        await RefusedAsync("GW2404", Path.Combine(folder, "none"), With());
    }

    [Fact]
    public async Task Without_a_site_or_with_a_password_that_a_console_could_change_nothing_is_started()
    {
        await RefusedAsync("GW2403", Controller(), With() with { Site = null });
        await RefusedAsync("GW2407", Controller(), With(), password: "geheimß");
        await RefusedAsync("GW2407", Controller(), With(), password: "");
        Assert.False(File.Exists(Arguments));
    }

    private static AgentConnection With() => new("monitor.example:8140", "gateways", "GW01", "registrar", null);

    private async Task<Diagnostic> RefusedAsync(string code, string controller, AgentConnection with, string password = "s3cret")
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => RegisterAsync(controller, with, password));
        Assert.Equal(code, refused.Diagnostic.Code);
        Assert.DoesNotContain("s3cret", refused.Diagnostic.ToString(), StringComparison.Ordinal);
        return refused.Diagnostic;
    }

    private Task RegisterAsync(string controller, AgentConnection with, string password = "s3cret") => new AgentRegistrar(controller, () => new Pipe(Console)).RegisterAsync(with, password, Cancel);

    private string Controller(string end = "exit 0")
    {
        File.WriteAllText(Path.Combine(folder, "server.pem"), pem);
        return Script($"""
            mkfifo '{Console}'
            echo 'Attempting to register at monitor.example, port 8140. Server certificate details:' >&2
            printf 'PEM-encoded certificate:\n' >&2; cat '{folder}/server.pem' >&2
            printf '\nDo you want to establish this connection? [Y/n]\n> ' >&2
            read -r answer; [ "$answer" = y ] || exit 1
            printf "\nPassword for Checkmk user 'registrar':\n> " >&2
            read -r password < '{Console}'; printf %s "$password" > '{folder}/read'
            {end}
            """);
    }

    private string Script(string text)
    {
        var path = Path.Combine(folder, $"controller-{Guid.NewGuid():N}");
        File.WriteAllText(path, $"#!/bin/sh\necho \"$*\" > '{Arguments}'\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.Delete(Console);
        return path;
    }

    private sealed class Pipe(string path) : AgentRegistrar.IKeyboard
    {
        public void Type(string line) => File.AppendAllText(path, line + "\n");

        public void Dispose()
        {
        }
    }
}
