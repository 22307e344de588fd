using System.Globalization;
using Xunit;

namespace Gateway.Service.Tests.Running;

/// <summary>Chance that can be had again: GATEWAY_SEED names it, and a test that uses it prints it.</summary>
internal static class Seed
{
    /// <summary>Begins it.</summary>
    public static Random Begin()
    {
        var seed = Environment.GetEnvironmentVariable("GATEWAY_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"GATEWAY_SEED={seed}");
        return new Random(seed);
    }
}
