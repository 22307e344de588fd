using System.Net;
using System.Net.Sockets;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Facts;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// How far this computer's clock is from its time source, asked of that source itself. A domain's source is its domain controllers, to whom the domain's name
/// resolves ("How the Windows Time Service Works", Microsoft Learn).
/// </summary>
/// <param name="registry">Says what the source is.</param>
/// <param name="domain">The domain that the computer is a member of, or null.</param>
/// <param name="sntp">Asks the source.</param>
internal sealed class WindowsClock(ISystemRegistry registry, Func<CancellationToken, Task<string?>> domain, SntpClient sntp)
{
    private const int AddressesPerName = 2;
    private static readonly TimeSpan Resolving = TimeSpan.FromSeconds(5);

    public async Task<TimeFacts> ReadAsync(CancellationToken cancel)
    {
        var configured = TimeSources.Of(registry);
        IReadOnlyList<string> sources = configured.FromDomain && await domain(cancel) is { Length: > 0 } name ? [.. configured.Servers, name] : configured.Servers;
        if (sources.Count == 0)
            return new TimeFacts(null, 0);
        var failures = new List<Wording>();
        foreach (var source in sources)
        {
            foreach (var address in await AddressesAsync(source, cancel))
            {
                var answer = await sntp.AskAsync(address, cancel);
                if (answer.Offset is { } offset)
                    return new TimeFacts(source, (int)Math.Clamp(Math.Round(offset.TotalMilliseconds), int.MinValue, int.MaxValue));
                failures.Add(new($"{source} ({address}) {answer.Failure!.German}", $"{source} ({address}) {answer.Failure}"));
            }
        }

        var unresolved = sources.Where(source => !failures.Exists(failure => failure.English.StartsWith(source + " ", StringComparison.Ordinal)))
            .Select(source => new Wording($"{source} lässt sich nicht auflösen", $"{source} cannot be resolved"));
        var why = Wording.Join(", ", failures.Concat(unresolved));
        throw new NotAssessableException(new(
            $"keine Zeitquelle gibt die Zeit an: {why.German}; die Administratoren bitten, UDP 123 von diesem Rechner dorthin zuzulassen, auch für gwctl",
            $"no time source tells the time: {why}; ask the administrators to let UDP 123 from this machine to it through, for gwctl too"));
    }

    private static async Task<IReadOnlyList<IPAddress>> AddressesAsync(string name, CancellationToken cancel)
    {
        try
        {
            return [.. (await Dns.GetHostAddressesAsync(name, cancel).WaitAsync(Resolving, cancel)).Take(AddressesPerName)];
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            return [];
        }
    }
}
