namespace Gateway.Service.Certifying;

/// <summary>What is to be done with the certificate of the transport.</summary>
internal abstract record CertCommand
{
    private static readonly string[] Requesting = ["--subject", "--dns", "--algorithm", "--output", "--reader"];
    private static readonly string[] Renewing = ["--algorithm", "--output", "--reader"];
    private static readonly string[] Installing = ["--file", "--chain"];

    /// <summary>Reads the arguments that follow the verb; null where they are none.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="given">Options with their values, in order.</param>
    public static CertCommand? Read(string verb, IReadOnlyList<(string Option, string Value)> given)
    {
        string? One(string option) => given.LastOrDefault(one => one.Option == option).Value;
        IReadOnlyList<string> All(string option) => [.. given.Where(one => one.Option == option).Select(one => one.Value)];
        bool Only(string[] known) => given.All(one => known.Contains(one.Option));
        return verb switch
        {
            "request" when Only(Requesting) && One("--output") is { } output => new Request(One("--subject"), All("--dns"), One("--algorithm") ?? "rsa3072", output, One("--reader")),
            "renew" when Only(Renewing) && One("--output") is { } output => new Renew(One("--algorithm"), output, One("--reader")),
            "install" when Only(Installing) && One("--file") is { } file => new Install(file, All("--chain")),
            "show" when given.Count == 0 => new Show(),
            _ => null,
        };
    }

    internal sealed record Request(string? Subject, IReadOnlyList<string> Hosts, string Algorithm, string Output, string? Reader) : CertCommand;

    internal sealed record Renew(string? Algorithm, string Output, string? Reader) : CertCommand;

    internal sealed record Install(string File, IReadOnlyList<string> Chain) : CertCommand;

    internal sealed record Show : CertCommand;
}
