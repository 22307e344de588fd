namespace Gateway.Service.Startup;

/// <summary>Why the service does not start: data for a person, never an exception's trace.</summary>
/// <param name="Code">A stable code that can be searched for.</param>
/// <param name="Place">Where: a JSON pointer into the configuration file, or what it names.</param>
/// <param name="Found">What was found.</param>
/// <param name="Allowed">What is allowed.</param>
/// <param name="Mend">What to do.</param>
/// <param name="ExitCode">The exit code that it asks for.</param>
internal sealed record Problem(string Code, string Place, string Found, string Allowed, string Mend, int ExitCode = ExitCodes.Configuration)
{
    /// <summary>The problem in one line.</summary>
    public override string ToString() => $"{Code} {Place}: found {Found}; allowed: {Allowed}. {Mend}".ReplaceLineEndings(" ");
}
