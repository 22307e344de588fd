namespace Gateway.Installer;

/// <summary>A package that cannot be built, or is not what it should be.</summary>
/// <param name="code">A stable code (GW80nn).</param>
/// <param name="message">What, and what was found.</param>
/// <param name="mend">What to do.</param>
internal sealed class BuildFailure(string code, string message, string mend) : Exception(message)
{
    /// <summary>The failure as a person reads it.</summary>
    public override string ToString() => $"error {code}: {Message} {mend}";
}
