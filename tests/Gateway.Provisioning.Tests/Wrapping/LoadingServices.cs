using System.Text;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Tests.Wrapping;

/// <summary>Services that read their configuration once, when they start, as real ones do: without it, or with one that they do not understand, they do not start.</summary>
/// <param name="inner">The machine whose services these are.</param>
/// <param name="isBad">Whether a configuration is not understood.</param>
internal sealed partial class LoadingServices(IMachine inner, Func<string, bool>? isBad = null) : IServices
{
    private readonly Dictionary<string, string> loaded = [];

    public Provenance Provenance => inner.Services.Provenance;

    public Wording? WhyRecoveryUnknown => inner.Services.WhyRecoveryUnknown;

    public string? Own => inner.Services.Own;

    public bool IsOwnDeleted => inner.Services.IsOwnDeleted;

    /// <summary>The configuration that a service runs on, null when it does not run.</summary>
    public string? LoadedBy(string service) => loaded.GetValueOrDefault(service);

    public Task<IReadOnlyList<ServiceState>> ReadAsync(CancellationToken cancel) => inner.Services.ReadAsync(cancel);

    public Task ConfigureAsync(ServiceState service, CancellationToken cancel) => inner.Services.ConfigureAsync(service, cancel);

    public Task DeleteAsync(string name, CancellationToken cancel)
    {
        loaded.Remove(name);
        return inner.Services.DeleteAsync(name, cancel);
    }

    public async Task StartAsync(string name, CancellationToken cancel)
    {
        var service = (await ReadAsync(cancel)).Single(s => s.Name == name);
        if (name == ProvisioningService.Name)
        {
            await inner.Services.StartAsync(name, cancel); // it has no configuration
            return;
        }

        var path = ConfigurationPath().Match(service.CommandLine).Groups[1].Value;
        var text = inner.Files.ReadFile(WindowsPath.Of(path)) is { } bytes ? Encoding.UTF8.GetString(bytes) : throw new InvalidOperationException($"{name} finds no {path}");
        if (isBad?.Invoke(text) == true)
            throw new InvalidOperationException($"{name} does not understand {path}");
        await inner.Services.StartAsync(name, cancel);
        loaded[name] = text;
    }

    public Task StopAsync(string name, CancellationToken cancel)
    {
        loaded.Remove(name);
        return inner.Services.StopAsync(name, cancel);
    }

    [GeneratedRegex("(?:--config \"|--defaults-file=)([^\"]+)\"")]
    private static partial Regex ConfigurationPath();
}
