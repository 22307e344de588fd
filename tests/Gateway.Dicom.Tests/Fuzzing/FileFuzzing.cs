using System.Globalization;
using CsCheck;
using Gateway.Dicom.Coercion;
using Gateway.Dicom.Conversion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Digests;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Xunit;

namespace Gateway.Dicom.Tests.Fuzzing;

/// <summary>
/// Damaged files of every kind end in a result or in a documented exception, take memory in proportion to their size, and what can be
/// read can be written so that it is the same. Four seconds; two minutes with GATEWAY_TESTS=all; GATEWAY_FUZZ_SECONDS says another time.
/// </summary>
public sealed class FileFuzzing
{
    private static readonly DataSetLimits Limits = DataSetLimits.Default with { MaximumInflatedBytes = 4_000_000, LongestLoadedValue = 256 };

    private static readonly TransferSyntax[] Targets =
    [
        TransferSyntax.ImplicitVrLittleEndian, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian,
        TransferSyntax.DeflatedExplicitVrLittleEndian, TransferSyntax.RleLossless,
    ];

    private static int Seconds => Environment.GetEnvironmentVariable("GATEWAY_FUZZ_SECONDS") is { } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : Environment.GetEnvironmentVariable("GATEWAY_TESTS") == "all" ? 120 : 4;

    [Fact]
    public void Damaged_files_are_survived() =>
        Gen.Select(Gen.Int[0, Seeds.All.Count - 1], Mutation.Any.Array[0, 6]).Sample(
            (seed, mutations) =>
            {
                var file = Seeds.All[seed];
                var (offset, isExplicit) = Layout(file);
                foreach (var mutation in mutations)
                    file = mutation.Apply(file, offset, isExplicit);
                Survive(file);
            },
            time: Seconds);

    private static (int Offset, bool IsExplicit) Layout(byte[] file)
    {
        try
        {
            var header = Part10Header.Read(new MemoryStream(file));
            return ((int)header.DataSetOffset, header.Meta.TransferSyntax.Encoding != DataSetEncoding.ImplicitLittleEndian);
        }
        catch (Part10Exception)
        {
            return (0, true);
        }
    }

    private static void Survive(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Part10Header header;
        DataSet set;
        try
        {
            header = Part10Header.Read(new MemoryStream(file));
            var summary = DataSetReader.Read(
                At(file, header), header.Meta.TransferSyntax, Limits, new HashSet<Tag> { new(0x0010, 0x0010) }, CancellationToken.None);
            _ = summary.Text(new Tag(0x0010, 0x0010));
            set = DataSetReader.Load(At(file, header), header.Meta.TransferSyntax, Limits, CancellationToken.None);
            Assert.Null(summary.Problem);
        }
        catch (Exception failure) when (failure is Part10Exception or DataSetException)
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000 + (400L * file.Length));
            return;
        }

        // What inflates is as large as its inflated form.
        var size = header.Meta.TransferSyntax.Encoding == DataSetEncoding.Deflated ? Limits.MaximumInflatedBytes : file.Length;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000 + (400L * size));
        Ask(set);
        var digests = ObjectDigests.Compute(set, header.Meta.TransferSyntax, Limits, CancellationToken.None);
        Assert.Equal(digests, Rewritten(set, header.Meta.TransferSyntax));
        foreach (var target in Targets)
            Convert(file, target);
        Coerce(file);
    }

    private static MemoryStream At(byte[] file, Part10Header header) => new(file) { Position = header.DataSetOffset };

    private static void Ask(DataSet set)
    {
        foreach (var element in set)
        {
            _ = set.Texts(element.Tag);
            _ = set.Identifiers(element.Tag);
            _ = set.Numbers(element.Tag);
            foreach (var item in set.Items(element.Tag))
                Ask(item);
        }
    }

    private static ObjectDigests Rewritten(DataSet set, TransferSyntax syntax)
    {
        if (syntax.HasBigEndianPixels || (!syntax.IsEncapsulated && set.HasFragments))
            return ObjectDigests.Compute(set, syntax, Limits, CancellationToken.None);
        var written = new MemoryStream();
        set.WriteTo(written, syntax, GroupLengths.Recompute, CancellationToken.None);
        written.Position = 0;
        var again = DataSetReader.Load(written, syntax, Limits, CancellationToken.None);
        return ObjectDigests.Compute(again, syntax, Limits, CancellationToken.None);
    }

    private static void Convert(byte[] file, TransferSyntax target)
    {
        var converted = new MemoryStream();
        try
        {
            SyntaxConversion.Convert(new MemoryStream(file), converted, target, Limits, CancellationToken.None);
        }
        catch (ConversionException)
        {
            return;
        }

        converted.Position = 0;
        var syntax = Part10Header.Read(converted).Meta.TransferSyntax;
        _ = DataSetReader.Load(converted, syntax, Limits, CancellationToken.None);
    }

    private static void Coerce(byte[] file)
    {
        var changes = new AttributeChange[] { new AttributeChange.Prefix(new Tag(0x0010, 0x0020), "B-") };
        try
        {
            new InstanceCoercion(changes, "GATEWAY", "", DateTimeOffset.UnixEpoch).Apply(
                new MemoryStream(file), new MemoryStream(), Limits, CancellationToken.None);
        }
        catch (CoercionException)
        {
            // the declared error
        }
    }
}
