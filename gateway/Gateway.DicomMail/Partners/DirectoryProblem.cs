namespace Gateway.DicomMail.Partners;

/// <summary>What is wrong with a partner directory: data for a person.</summary>
/// <param name="Code">A stable code that can be searched for.</param>
/// <param name="Place">Where: a JSON pointer into the file.</param>
/// <param name="Found">What was found.</param>
/// <param name="Allowed">What is allowed.</param>
public sealed record DirectoryProblem(string Code, string Place, string Found, string Allowed)
{
    /// <summary>The problem in one line.</summary>
    public override string ToString() => $"{Code} {Place}: found {Found}; allowed: {Allowed}.".ReplaceLineEndings(" ");
}
