using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Security.Principal;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// The network as this computer has it: names through its own resolver, connections for real and once in a look, listeners from the IP Helper. Connections are the gateway's own program's
/// where it is installed, in this process' account; which program and which account it was stands beside what was seen.
/// </summary>
/// <param name="mail">The authority to compare chains with, and what finds the machine's own certificate.</param>
/// <param name="targets">What is probed in a look. The gateway's program is started once for all of them.</param>
/// <param name="program">Where the gateway's program lies once it is installed.</param>
/// <param name="service">The gateway's service, whose account the gateway connects as.</param>
[SupportedOSPlatform("windows")]
internal sealed class WindowsNetwork(Mail mail, IReadOnlyList<ProbeTarget> targets, WindowsPath program, string service) : INetwork
{
    private static readonly TimeSpan Resolving = TimeSpan.FromSeconds(15); // a resolver asks several servers several times
    private readonly ConcurrentDictionary<ProbeTarget, SharedAnswer<ProbeResult>> probesHere = [];
    private readonly SharedAnswer<IReadOnlyDictionary<ProbeTarget, ProbeResult>> probesOfProgram = new(cancel => ProbeByProgramAsync(mail, targets, program, cancel));

    public Provenance Provenance => new(Source.Measured, $"{HowProbed()}; listeners: GetExtendedTcpTable, GetExtendedUdpTable");

    public Task<IReadOnlyList<ListenerState>> ListenersAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ListenerState>>([.. SocketTables.Read().Select(s => new ListenerState(s.Protocol, s.Address.ToString(), s.Port, NameOf(s.ProcessId)))]);

    public async Task<ProbeResult> ProbeAsync(HostName host, int port, ProbeKind kind, CancellationToken cancel)
    {
        var target = new ProbeTarget(host, port, kind);
        return HasProgram() && targets.Contains(target)
            ? (await probesOfProgram.GetAsync(cancel))[target]
            : await probesHere.GetOrAdd(target, key => new(token => ProbeHereAsync(key, token))).GetAsync(cancel);
    }

    public async Task<IReadOnlyList<string>> AddressesAsync(HostName host, CancellationToken cancel)
    {
        var (addresses, why) = await ResolveAsync(host, cancel);
        return why is null ? [.. addresses.Select(address => address.ToString())] : throw new NotAssessableException(new($"{host} lässt sich nicht auflösen ({why.German})", $"{host} cannot be resolved ({why})"));
    }

    /// <summary>The next probe connects anew.</summary>
    public void Forget()
    {
        probesHere.Clear();
        probesOfProgram.Forget();
    }

    private static async Task<IReadOnlyDictionary<ProbeTarget, ProbeResult>> ProbeByProgramAsync(Mail mail, IReadOnlyList<ProbeTarget> targets, WindowsPath program, CancellationToken cancel)
    {
        var known = WindowsCertificates.Known();
        try
        {
            return await new ProgramProbe(program.Text, mail.ClientCertificate.Subject).RunAsync(targets, new ProbeCredentials(mail.Authority.Sha256, null, known), at: null, cancel);
        }
        finally
        {
            Dispose(known);
        }
    }

    // As a mail program does it: one address after the other until one answers.
    private async Task<ProbeResult> ProbeHereAsync(ProbeTarget target, CancellationToken cancel)
    {
        var (host, port, kind) = target;
        var (addresses, why) = await ResolveAsync(host, cancel);
        if (why is not null)
            return Unresolved(host, port, new($"der Name lässt sich nicht auflösen ({why.German})", $"the name cannot be resolved ({why})"));
        var known = WindowsCertificates.Known();
        try
        {
            var credentials = new ProbeCredentials(mail.Authority.Sha256, WindowsCertificates.InUse(known, mail.ClientCertificate.Subject, TimeProvider.System.GetUtcNow()), known);
            ProbeResult? seen = null;
            foreach (var address in addresses)
            {
                seen = await LiveProbe.RunAsync(host, port, kind, address.ToString(), port, credentials, cancel);
                if (seen.Connected)
                    break;
            }

            return seen ?? Unresolved(host, port, new("der Name hat keine Adresse", "the name has no address"));
        }
        finally
        {
            Dispose(known);
        }
    }

    private static void Dispose(IEnumerable<X509Certificate2> certificates)
    {
        foreach (var certificate in certificates)
            certificate.Dispose();
    }

    private static ProbeResult Unresolved(HostName host, int port, Wording why) => new(host.Text, port, Connected: false, Failure: why) { Obstacle = ProbeObstacle.Unresolved };

    private static async Task<(IPAddress[] Addresses, Wording? Why)> ResolveAsync(HostName host, CancellationToken cancel)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(host.Text, cancel).WaitAsync(Resolving, cancel), null);
        }
        catch (TimeoutException)
        {
            return ([], new($"keine Antwort innerhalb von {Resolving.TotalSeconds} s", $"no answer within {Resolving.TotalSeconds} s"));
        }
        catch (SocketException e)
        {
            return ([], Wording.Same(e.SocketErrorCode.ToString()));
        }
    }

    private bool HasProgram() => File.Exists(program.Text);

    private string HowProbed()
    {
        using var user = WindowsIdentity.GetCurrent();
        return HasProgram()
            ? $@"connection by {program} probe, as {user.Name}; the gateway's own account, NT SERVICE\{service}, was not tried"
            : $@"connection by this program, as {user.Name}; neither the gateway's program nor its account, NT SERVICE\{service}, was tried";
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
