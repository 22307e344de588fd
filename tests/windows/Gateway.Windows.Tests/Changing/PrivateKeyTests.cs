using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;
using Xunit;

namespace Gateway.Windows.Tests.Changing;

/// <summary>
/// The network's client certificate in the machine's store: seen with its key, and its key usable, as a server on loopback finds. Makes two certificates in LocalMachine\My by
/// New-SelfSignedCertificate, and removes them with their keys.
/// </summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public sealed class PrivateKeyTests : IAsyncDisposable
{
    private readonly string client = ThisMachine.NewName(); // their organizations
    private readonly string server = ThisMachine.NewName();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        if (Permission.WhyNot(changes: true) is null)
            await WindowsTool.AskAsync($@"Get-ChildItem Cert:\LocalMachine\My | Where-Object {{ $_.Subject -match '{client}|{server}' }} | Remove-Item -DeleteKey", CancellationToken.None);
    }

    [Fact]
    public async Task The_machines_certificate_is_seen_with_its_key_and_a_server_accepts_it()
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        var theirs = await WindowsTool.AskAsync($@"Get-ChildItem Cert:\LocalMachine\My | Where-Object {{ $_.Subject -like '*{ThisMachine.Appliance.Mail.ClientCertificate.Subject}*' }} | ForEach-Object {{ [pscustomobject]@{{ Subject = $_.Subject }} }}", cancel);
        Permission.Skip(theirs.Count > 0 ? "this machine has a client certificate of the network's already" : null);
        await MakeAsync($"{ThisMachine.Appliance.Mail.ClientCertificate.Subject}, O={client}", cancel);
        await MakeAsync($"CN=127.0.0.1, O={server}", cancel);
        await using var machine = ThisMachine.Open();
        Assert.True((await machine.Certificates.ReadAsync(cancel)).Single(c => Names(c.Subject, client)).HasPrivateKey);

        listener.Start();
        var shown = ServeAsync(cancel);
        Assert.True(HostName.TryRead("127.0.0.1", out var host));
        var seen = await machine.Network.ProbeAsync(host, ((IPEndPoint)listener.LocalEndpoint).Port, ProbeKind.Tls, cancel);
        Assert.True(seen is { Connected: true, ClientCertificateAccepted: true }, $"{seen}");
        Assert.True(Names(await shown, client));
    }

    // What the server saw: the subject of a certificate whose key signed the handshake.
    private async Task<string?> ServeAsync(CancellationToken cancel)
    {
        using var store = new X509Store(StoreName.My, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        using var own = store.Certificates.Single(c => Names(c.Subject, server));
        using var connection = await listener.AcceptTcpClientAsync(cancel);
        await using var stream = new SslStream(connection.GetStream(), leaveInnerStreamOpen: false);
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = own, ClientCertificateRequired = true, RemoteCertificateValidationCallback = (_, certificate, _, _) => Names(certificate?.Subject, client) }, cancel);
        await stream.WriteAsync("+OK\r\n"u8.ToArray(), cancel); // as a POP3 server greets (RFC 1939)
        return stream.RemoteCertificate?.Subject;
    }

    private static bool Names(string? subject, string organization) => subject?.Contains(organization, StringComparison.Ordinal) == true;

    private static Task MakeAsync(string subject, CancellationToken cancel) =>
        WindowsTool.AskAsync($@"$null = New-SelfSignedCertificate -Subject '{subject}' -CertStoreLocation Cert:\LocalMachine\My -NotAfter (Get-Date).AddDays(2)", cancel);
}
