using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Gateway.Provisioning.Manifest;
using Gwctl.Logs;

namespace Gwctl.Doctoring;

/// <summary>What a site sends to those who help it: a ZIP of the product's own words (<see cref="OwnWords"/>), that says itself what is in it and what was left out.</summary>
/// <param name="log">The gateway's log.</param>
/// <param name="words">What may leave the site.</param>
internal sealed class SupportArchive(LogFolder log, OwnWords words)
{
    private static readonly TimeSpan LogTime = TimeSpan.FromDays(7);

    private const string About =
        """
        What a DICOM-Mail gateway's site sends to those who help it. Made by 'gwctl doctor --bundle'.

        findings.json   what is wrong, and what to do next
        manifest.json   the manifest, without persons, prose, accounts and the names before an @
        controls.json   each requirement: its verdict, and what was looked at
        runs.json       what the product changed on this machine, and when
        checks.txt      what monitoring is told
        facts.json      operating system, processor, memory, drives, clock, updates
        log.txt         a week of the gateway's log: its own words, with numbers and the names of the manifest

        Left out, for it may name a patient, a user or a secret: what a peer, a mail server or Windows said ("[left out]"), images, mails, keys, secrets, accounts, the ledger and the
        database. Reports, which quote the machine, are the site's to send.
        """;

    /// <summary>Its bytes.</summary>
    /// <param name="seen">What was seen.</param>
    public byte[] Of(Examination seen)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "README.txt", About + "\n");
            Add(archive, "findings.json", seen.Findings.Select(finding => new { finding.State, finding.About, what = finding.Told, finding.Next }));
            Add(archive, "manifest.json", words.Manifest);
            Add(archive, "controls.json", seen.Assessment.Verdicts.Select(verdict => new
            {
                control = verdict.Control.Id, verdict.Verdict, verdict.Enforcement, verdict.EnforcementChanged,
                evidence = verdict.Evidence.Select(one => new { one.Resource, one.Outcome, one.How.Source, one.How.Interface, one.At, one.TookMilliseconds }),
            }));
            Add(archive, "runs.json", seen.Runs.Select(run => new { run.Id, run.Kind, run.Product, run.StartedAt, run.Outcome, changed = run.Touched }));
            Add(archive, "checks.txt", string.Concat(seen.Checks.Select(check => check + "\n")));
            Add(archive, "facts.json", new { seen.Facts.RecordedAt, seen.Facts.OperatingSystem, seen.Facts.Hardware, seen.Facts.Volumes, seen.Facts.Updates, seen.Facts.Time?.OffsetMilliseconds, seen.Facts.Power });
            Add(archive, "log.txt", string.Concat(log.Since(seen.At - LogTime).Select(line => $"{line.At:O} {line.Level.ToString().ToLowerInvariant()} {words.Of(line)}{Trace(line)}\n")));
        }

        return bytes.ToArray();
    }

    // Where it failed, and not what was said of it.
    private static string Trace(LogLine line) => line.Exception is null ? "" : string.Concat(line.Exception.Split('\n').Where(one => one.StartsWith("   at ", StringComparison.Ordinal)).Select(one => "\n" + one.TrimEnd('\r')));

    private static void Add<T>(ZipArchive archive, string name, T content) => Add(archive, name, JsonSerializer.Serialize(content, ManifestJson.Indented) + "\n");

    private static void Add(ZipArchive archive, string name, string text)
    {
        using var entry = archive.CreateEntry(name).Open();
        entry.Write(Encoding.UTF8.GetBytes(text));
    }
}
