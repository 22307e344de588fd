using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>The network as this computer has it: names through its own resolver, connections for real and once in a look, listeners from the IP Helper.</summary>
/// <param name="mail">The authority to compare chains with, and what finds the machine's own certificate.</param>
[SupportedOSPlatform("windows")]
internal sealed class WindowsNetwork(Mail mail) : INetwork
{
    private static readonly TimeSpan Resolving = TimeSpan.FromSeconds(15); // a resolver asks several servers several times
    private readonly ConcurrentDictionary<(HostName Host, int Port, ProbeKind Kind), SharedAnswer<ProbeResult>> probes = [];

    public Provenance Provenance { get; } = new(Source.Measured, "connection from this computer; listeners: GetExtendedTcpTable, GetExtendedUdpTable");

    public Task<IReadOnlyList<ListenerState>> ListenersAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ListenerState>>([.. SocketTables.Read().Select(s => new ListenerState(s.Protocol, s.Address.ToString(), s.Port, NameOf(s.ProcessId)))]);

    public Task<ProbeResult> ProbeAsync(HostName host, int port, ProbeKind kind, CancellationToken cancel) =>
        probes.GetOrAdd((host, port, kind), key => new(token => ProbeNowAsync(key.Host, key.Port, key.Kind, token))).GetAsync(cancel);

    /// <summary>The next probe connects anew.</summary>
    public void Forget() => probes.Clear();

    private async Task<ProbeResult> ProbeNowAsync(HostName host, int port, ProbeKind kind, CancellationToken cancel)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(host.Text, cancel).WaitAsync(Resolving, cancel);
        }
        catch (TimeoutException)
        {
            return new ProbeResult(host.Text, port, Connected: false, Failure: new($"der Name lässt sich nicht auflösen (keine Antwort innerhalb von {Resolving.TotalSeconds} s)", $"the name cannot be resolved (no answer within {Resolving.TotalSeconds} s)"));
        }
        catch (SocketException e)
        {
            return new ProbeResult(host.Text, port, Connected: false, Failure: new($"der Name lässt sich nicht auflösen ({e.SocketErrorCode})", $"the name cannot be resolved ({e.SocketErrorCode})"));
        }

        var known = WindowsCertificates.Known();
        try
        {
            var own = known.Where(c => c.HasPrivateKey && c.Subject.Contains(mail.ClientCertificate.Subject, StringComparison.OrdinalIgnoreCase)).MaxBy(c => c.NotAfter);
            var credentials = new ProbeCredentials(mail.Authority.Sha256, own, known);

            // As a mail program does it: one address after the other until one answers.
            ProbeResult? seen = null;
            foreach (var address in addresses)
            {
                seen = await LiveProbe.RunAsync(host, port, kind, address.ToString(), port, credentials, cancel);
                if (seen.Connected)
                    break;
            }

            return seen ?? new ProbeResult(host.Text, port, Connected: false, Failure: new("der Name hat keine Adresse", "the name has no address"));
        }
        finally
        {
            foreach (var certificate in known)
                certificate.Dispose();
        }
    }

    // One that ended in the meantime, or that is protected, keeps its number.
    private static string NameOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.ProcessName;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"process {processId}";
        }
    }
}
