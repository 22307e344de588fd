namespace Gateway.Provisioning.Machines.Windows;

/// <summary>The Windows Update Agent ("Windows Update Agent API", Microsoft Learn).</summary>
internal interface IUpdateAgent
{
    /// <summary>What it knows, without asking a server.</summary>
    /// <exception cref="NotAssessableException">It does not answer.</exception>
    Task<UpdateAgentAnswer> AskAsync(CancellationToken cancel);
}

/// <summary>What the Windows Update Agent knows.</summary>
/// <param name="LastSearch">When it last searched a server with success (UTC), or null for never: <c>IAutomaticUpdatesResults.LastSearchSuccessDate</c>.</param>
/// <param name="NotInstalled">What that search found and nobody installed or hid.</param>
/// <param name="History">What it installed and removed.</param>
/// <param name="RestartRequired">Whether a restart must come first: <c>ISystemInformation.RebootRequired</c>.</param>
internal sealed record UpdateAgentAnswer(DateTimeOffset? LastSearch, IReadOnlyList<AgentUpdate> NotInstalled, IReadOnlyList<AgentDeed> History, bool RestartRequired);

/// <summary>An update as the agent names it.</summary>
/// <param name="Title">Its title, in the machine's language; a KB number in it has none.</param>
/// <param name="Categories">Identifiers of its categories.</param>
internal sealed record AgentUpdate(string Title, IReadOnlyList<string> Categories)
{
    // "WSUS Classification GUIDs", Microsoft Learn: Definition Updates.
    private const string Definitions = "e0789628-ce08-4437-be74-2495b842f43b";

    // Security intelligence and platform of Microsoft Defender, and the tool that removes malicious software.
    private static readonly string[] ScannersOwn = ["KB2267602", "KB4052623", "KB890830"];

    /// <summary>Whether it brings a virus scanner up to date and not Windows. Such ones come several times a day: they say nothing of the system.</summary>
    public bool IsOfScanner => Categories.Contains(Definitions, StringComparer.OrdinalIgnoreCase) || ScannersOwn.Any(number => Title.Contains(number, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Something that the agent did.</summary>
/// <param name="Update">With what.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Operation"><c>UpdateOperation</c>: 1 installed, 2 removed.</param>
/// <param name="ResultCode"><c>OperationResultCode</c>: 2 succeeded, 3 succeeded with errors.</param>
internal sealed record AgentDeed(AgentUpdate Update, DateTimeOffset At, int Operation, int ResultCode)
{
    /// <summary>Whether an update was installed.</summary>
    public bool Installed => Operation == 1 && ResultCode is 2 or 3;
}
