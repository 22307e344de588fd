namespace Gateway.Service.Certifying;

/// <summary>Why something is not done with a certificate: data for a person.</summary>
/// <param name="Code">A stable code.</param>
/// <param name="Message">What was found and what was expected, one sentence.</param>
/// <param name="Mend">What to do, one sentence.</param>
internal sealed record CertProblem(string Code, string Message, string Mend);

/// <summary>Something is not done, for one reason or several.</summary>
/// <param name="problems">The reasons.</param>
internal sealed class CertRefusal(params IReadOnlyList<CertProblem> problems) : Exception(string.Join(" ", problems))
{
    /// <summary>Refuses for one reason.</summary>
    public CertRefusal(string code, string message, string mend)
        : this(new CertProblem(code, message, mend))
    {
    }

    /// <summary>The reasons.</summary>
    public IReadOnlyList<CertProblem> Problems => problems;
}
