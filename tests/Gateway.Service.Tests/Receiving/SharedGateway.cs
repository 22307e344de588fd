using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Receiving;

/// <summary>One running gateway for the tests of a class, with a limit on objects that a phantom fits under.</summary>
public sealed class SharedGateway : IAsyncLifetime
{
    public GatewayProcess Process { get; } = new(configuration => configuration["dicom"]!["maximumObjectBytes"] = 100_000);

    public async ValueTask InitializeAsync() => await Process.StartAsync();

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
