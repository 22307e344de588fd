namespace Gateway.DicomMail.Partners;

/// <summary>The keys or the partner directory cannot be used; nothing of it is a secret.</summary>
/// <param name="code">A stable code that can be searched for.</param>
/// <param name="found">What was found.</param>
/// <param name="mend">What is to be done about it.</param>
/// <param name="inner">What it comes from.</param>
public sealed class CorrespondentsException(string code, string found, string mend, Exception? inner = null) : Exception($"{code} {found}. {mend}", inner)
{
    /// <summary>The code.</summary>
    public string Code => code;

    /// <summary>What was found.</summary>
    public string Found => found;

    /// <summary>What is to be done about it.</summary>
    public string Mend => mend;
}
