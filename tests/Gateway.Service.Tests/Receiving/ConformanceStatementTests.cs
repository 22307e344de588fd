using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Gateway.Dicom;
using Gateway.Dicom.Registry;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Service.Delivering;
using Xunit;

namespace Gateway.Service.Tests.Receiving;

/// <summary>The conformance statement (PS3.2) in the README says what the code does.</summary>
public sealed partial class ConformanceStatementTests
{
    private static readonly string Statement = Read();

    [Fact]
    public void It_lists_the_SOP_classes_that_are_accepted_and_no_other()
    {
        var listed = Table("| SOP class | UID | roles |").Select(row => (Name: row[0], Uid: row[1])).Where(row => row.Uid.Length > 0).ToList();

        Assert.Equal(
            new[] { SopClasses.Verification.Value, SopClasses.StorageCommitment.Value, SopClasses.StorageArc + "*" }.Concat(SopClasses.StorageOutsideArc.Keys).Order(StringComparer.Ordinal),
            listed.Select(row => row.Uid).Order(StringComparer.Ordinal));
        Assert.All(listed.Where(row => SopClasses.StorageOutsideArc.ContainsKey(row.Uid)), row => Assert.Equal(SopClasses.StorageOutsideArc[row.Uid], row.Name));
    }

    [Fact]
    public void It_lists_the_transfer_syntaxes_that_images_are_brought_into() => Assert.Equal(
        DicomDeliverer.Fallbacks.Select(syntax => syntax.Uid.Value), Table("| brought into without loss | UID |").Select(row => row[1]));

    [Fact]
    public void It_names_the_implementation_and_every_rejection()
    {
        Assert.Contains(Implementation.ClassUid.Value, Statement, StringComparison.Ordinal);
        Assert.Contains($"`{Implementation.VersionName}`", Statement, StringComparison.Ordinal);
        AssociateReject[] rejections =
        [
            AssociateReject.NoReason, AssociateReject.ApplicationContextNotSupported, AssociateReject.CallingAeTitleNotRecognized, AssociateReject.CalledAeTitleNotRecognized,
            AssociateReject.ProtocolVersionNotSupported, AssociateReject.TemporaryCongestion, AssociateReject.LocalLimitExceeded,
        ];
        Assert.Equal(
            rejections.Select(rejection => $"{rejection.Result}/{rejection.Source}/{rejection.Reason}").Order(StringComparer.Ordinal),
            Numbers().Matches(Statement.Split('\n').Single(line => line.StartsWith("| rejections", StringComparison.Ordinal))).Select(match => match.Value).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string[]> Table(string head) => Statement.Split('\n').SkipWhile(line => line != head).Skip(2).TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    private static string Read([CallerFilePath] string here = "")
    {
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "gateway", "README.md"));
        var start = text.IndexOf("## DICOM conformance statement", StringComparison.Ordinal);
        return text[start..text.IndexOf("\n## ", start + 1, StringComparison.Ordinal)];
    }

    [GeneratedRegex("[12]/[123]/[0-9]")]
    private static partial Regex Numbers();
}
