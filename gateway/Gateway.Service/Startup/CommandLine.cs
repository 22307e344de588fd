using Gateway.Service.Certifying;
using Gateway.Service.Probing;

namespace Gateway.Service.Startup;

/// <summary>What the process is asked to do.</summary>
internal abstract record CommandLine
{
    public const string Usage =
        """
        Gateway.Service --config FILE [--drives DIR] [--rehearsal]   run the service
        Gateway.Service backup --config FILE --to DIR --keep-days N [--copy-to DIR] [--state DIR] [--recovery-key FILE] [--drives DIR] [--rehearsal]
                                                                     take a backup, restore it for a try, remove old ones; sealed to the OpenPGP key in FILE
        Gateway.Service restore --from DIR [--key FILE] [--config FILE] [--drives DIR] [--rehearsal]
                                                                     look whether a backup can be restored; with --config put it back onto a machine without a ledger
        Gateway.Service probe [--certificate SUBJECT] SERVER...      connect once to each, say as JSON what was seen
                                                                     SERVER: HOST:PORT/tcp|starttls|tls[@ADDRESS:PORT]
        Gateway.Service rehearse --folder DIR [--full]               have an image go from one gateway by mail to another and its PACS,
                                                                     all in DIR; say as JSON what came of it; ends when standard input does
                                                                     --full: by private mail servers and a private database, where installed
        Gateway.Service cert VERB --config FILE [--drives DIR] [--rehearsal]
                                                                     the certificate of the transport; say as JSON what was done
              request --output FILE [--subject NAME] [--dns HOST]... [--algorithm rsa3072|rsa4096|p256|p384] [--reader SID]
              renew --output FILE [--algorithm NAME] [--reader SID]
              install --file FILE [--chain FILE]...
              show
        Gateway.Service schema                                       print the JSON Schema of FILE
        Gateway.Service --help | --version

        FILE names Windows paths. --drives DIR takes E:\a\b to DIR/E/a/b, for a rehearsal and for a machine without drive letters.
        --rehearsal keeps to loopback, whatever address FILE names, and ends when standard input does: with whoever started it. It has no database but SQLite; backup and restore
        of what a rehearsal left are told so too.
        cert reads FILE from standard input where it is called "-", and with --rehearsal asks nothing of another machine.
        Exit codes: 0 stopped as asked, 64 wrong usage, 65 refused (cert says why), 70 unforeseen failure, 74 the machine refuses a port, folder or database,
        78 the configuration is wrong.
        """;

    private const string Rehearsed = "--rehearsal";

    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        switch (arguments)
        {
            case ["rehearse", "--folder", var folder]:
                return new Rehearse(folder, IsFull: false);
            case ["rehearse", "--folder", var folder, "--full"]:
                return new Rehearse(folder, IsFull: true);
            case ["schema"]:
                return new PrintSchema();
            case ["--version"]:
                return new PrintVersion();
            case ["--help"] or ["-h"]:
                return new PrintHelp();
        }

        return arguments switch
        {
            ["backup", ..] => ParseBackup([.. arguments.Skip(1)]),
            ["restore", ..] => ParseRestore([.. arguments.Skip(1)]),
            ["cert", var verb, ..] => ParseCert(verb, [.. arguments.Skip(2)]),
            ["probe", ..] => ParseProbe([.. arguments.Skip(1)]),
            _ => ParseRun(arguments),
        };
    }

    private static CommandLine ParseProbe(IReadOnlyList<string> arguments)
    {
        string? certificate = null;
        if (arguments is ["--certificate", ..])
        {
            if (arguments.Count == 1)
                return new WrongUsage("\"--certificate\" lacks its value");
            certificate = arguments[1];
            arguments = [.. arguments.Skip(2)];
        }

        var targets = new List<ProbeTarget>();
        foreach (var argument in arguments)
        {
            if (ProbeTarget.Read(argument) is not { } target)
                return new WrongUsage($"\"{argument}\" is no HOST:PORT/tcp, /starttls or /tls");
            targets.Add(target);
        }

        return targets.Count == 0 ? new WrongUsage("probe needs a server, HOST:PORT/tcp, /starttls or /tls") : new Probe(targets, certificate);
    }

    private static CommandLine ParseCert(string verb, IReadOnlyList<string> arguments)
    {
        var rehearsal = arguments.Contains(Rehearsed);
        arguments = [.. arguments.Where(argument => argument != Rehearsed)];
        if (arguments.Count % 2 != 0)
            return new WrongUsage($"\"{arguments[^1]}\" lacks its value, or an option before it does");
        var given = arguments.Chunk(2).Select(pair => (Option: pair[0], Value: pair[1])).ToList();
        var config = given.FirstOrDefault(one => one.Option == "--config").Value;
        var drives = given.FirstOrDefault(one => one.Option == "--drives").Value;
        if (config is null)
            return new WrongUsage("--config FILE is missing");
        if (drives is null && !OperatingSystem.IsWindows())
            return new WrongUsage("this machine has no drive letters: --drives DIR is missing");
        return CertCommand.Read(verb, [.. given.Where(one => one.Option is not ("--config" or "--drives"))]) is { } what
            ? new Cert(config, drives, rehearsal, what)
            : new WrongUsage($"\"cert {verb}\" is not known, or has an option too many or too few");
    }

    private static CommandLine ParseRun(IReadOnlyList<string> arguments)
    {
        string? config = null;
        string? drives = null;
        var rehearsal = false;
        for (var index = 0; index < arguments.Count; index++)
        {
            if (arguments[index] == Rehearsed && !rehearsal)
                rehearsal = true;
            else if (index + 1 == arguments.Count)
                return new WrongUsage($"\"{arguments[index]}\" is not known here, or lacks its value");
            else if (arguments[index] == "--config" && config is null)
                config = arguments[++index];
            else if (arguments[index] == "--drives" && drives is null)
                drives = arguments[++index];
            else
                return new WrongUsage($"\"{arguments[index]}\" is not known, or given twice");
        }

        if (config is null)
            return new WrongUsage("--config FILE is missing");
        return drives is null && !OperatingSystem.IsWindows()
            ? new WrongUsage("this machine has no drive letters: --drives DIR is missing")
            : new Run(config, drives, rehearsal);
    }

    private static CommandLine ParseBackup(IReadOnlyList<string> arguments)
    {
        var rehearsal = arguments.Contains(Rehearsed);
        arguments = [.. arguments.Where(argument => argument != Rehearsed)];
        var given = new Dictionary<string, string>();
        for (var index = 0; index + 1 < arguments.Count; index += 2)
        {
            if (arguments[index] is not ("--config" or "--to" or "--keep-days" or "--copy-to" or "--state" or "--recovery-key" or "--drives") || !given.TryAdd(arguments[index], arguments[index + 1]))
                return new WrongUsage($"\"{arguments[index]}\" is not known, or given twice");
        }

        if (arguments.Count % 2 != 0)
            return new WrongUsage($"\"{arguments[^1]}\" lacks its value");
        return given.TryGetValue("--config", out var config) && given.TryGetValue("--to", out var to)
            && given.TryGetValue("--keep-days", out var days) && int.TryParse(days, out var keepDays) && keepDays > 0
            ? new Backup(config, to, keepDays, given.GetValueOrDefault("--copy-to"), given.GetValueOrDefault("--state"), given.GetValueOrDefault("--recovery-key"), given.GetValueOrDefault("--drives"), rehearsal)
            : new WrongUsage("backup needs --config FILE, --to DIR and --keep-days N, a number from 1");
    }

    private static CommandLine ParseRestore(IReadOnlyList<string> arguments)
    {
        var rehearsal = arguments.Contains(Rehearsed);
        arguments = [.. arguments.Where(argument => argument != Rehearsed)];
        if (arguments.Count % 2 != 0)
            return new WrongUsage($"\"{arguments[^1]}\" lacks its value");
        var given = new Dictionary<string, string>();
        foreach (var pair in arguments.Chunk(2))
        {
            if (pair[0] is not ("--from" or "--key" or "--config" or "--drives") || !given.TryAdd(pair[0], pair[1]))
                return new WrongUsage($"\"{pair[0]}\" is not known, or given twice");
        }

        return given.TryGetValue("--from", out var from)
            ? new Restore(from, given.GetValueOrDefault("--key"), given.GetValueOrDefault("--config"), given.GetValueOrDefault("--drives"), rehearsal)
            : new WrongUsage("restore needs --from DIR");
    }

    internal sealed record Backup(string ConfigurationFile, string To, int KeepDays, string? CopyTo, string? State, string? RecoveryKey, string? Drives, bool Rehearsal = false) : CommandLine;

    internal sealed record Restore(string From, string? Key, string? ConfigurationFile, string? Drives, bool Rehearsal = false) : CommandLine;

    internal sealed record Cert(string ConfigurationFile, string? Drives, bool Rehearsal, CertCommand What) : CommandLine;

    internal sealed record Probe(IReadOnlyList<ProbeTarget> Targets, string? Certificate) : CommandLine;

    internal sealed record Rehearse(string Folder, bool IsFull) : CommandLine;

    internal sealed record Run(string ConfigurationFile, string? Drives, bool Rehearsal) : CommandLine;

    internal sealed record PrintSchema : CommandLine;

    internal sealed record PrintVersion : CommandLine;

    internal sealed record PrintHelp : CommandLine;

    internal sealed record WrongUsage(string Reason) : CommandLine;
}
