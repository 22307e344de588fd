namespace Gateway.DicomMail.OpenPgp;

/// <summary>An OpenPGP message or key is refused. The message says why, for people, without content and without a secret.</summary>
public sealed class OpenPgpException(OpenPgpProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Which problem it is.</summary>
    public OpenPgpProblem Problem => problem;
}
