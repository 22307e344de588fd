namespace Gateway.Service.Filing;

/// <summary>What the virus scanner makes of a file.</summary>
internal abstract record ScanVerdict
{
    /// <summary>It finds nothing.</summary>
    internal sealed record Clean : ScanVerdict;

    /// <summary>It finds something, or has taken the file away.</summary>
    /// <param name="Reason">How that showed.</param>
    internal sealed record Infected(string Reason) : ScanVerdict;

    /// <summary>It did not look, or does not say what it found.</summary>
    /// <param name="Reason">Why.</param>
    internal sealed record NotScanned(string Reason) : ScanVerdict;
}
