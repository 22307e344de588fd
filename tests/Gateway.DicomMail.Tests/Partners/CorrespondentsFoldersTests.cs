using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Xunit;

namespace Gateway.DicomMail.Tests.Partners;

/// <summary>Keys and the directory come back as they were put down, and a directory that somebody has changed does not.</summary>
public sealed class CorrespondentsFoldersTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 8, 0, 0, TimeSpan.Zero);

    private readonly string root = Directory.CreateTempSubdirectory("keys-").FullName;
    private readonly CorrespondentsFolders folders;
    private readonly OwnKey own = OwnKey.Generate(KeyAlgorithm.Curve25519, "Gateway <gateway@north.example>", Now, TimeSpan.FromDays(700));
    private readonly OwnKey theirs = OwnKey.Generate(KeyAlgorithm.Curve25519, "Gateway <gateway@south.example>", Now, TimeSpan.FromDays(700));

    public CorrespondentsFoldersTests() => folders = new CorrespondentsFolders(Path.Combine(root, "keys"), Path.Combine(root, "partners"), new Plain());

    private PartnerDirectory Partners => new([new Partner { Id = "south", Name = "South", Addresses = ["gateway@south.example"], Keys = [theirs.Fingerprint], Receipts = ReceiptKind.Signed }]);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void What_was_put_down_is_read()
    {
        folders.Keep(own);
        folders.Accept(theirs.Public);
        folders.Write(Partners, own, Now);

        var read = folders.Read();

        Assert.Equal(own.Fingerprint, read.SignerAt(Now.AddDays(1))!.Fingerprint);
        var partner = read.Directory.Find("south")!;
        Assert.Equal([theirs.Fingerprint], partner.Keys);
        Assert.Equal([theirs.Fingerprint], read.Ring.Known.Select(key => key.Fingerprint));
        Assert.Equal(ReceiptKind.Signed, partner.Receipts);
        Assert.Equal(theirs.Fingerprint, Assert.Single(read.KeysOf(partner, Now.AddDays(1))).Fingerprint);
    }

    [Fact]
    public void A_key_that_nobody_has_accepted_is_not_used()
    {
        folders.Keep(own);
        folders.Suspect(theirs.Public);
        folders.Write(Partners, own, Now);

        Assert.Empty(folders.Read().KeysOf(folders.Read().Directory.Find("south")!, Now.AddDays(1)));
    }

    [Fact]
    public void A_directory_that_was_changed_since_is_not_read()
    {
        folders.Keep(own);
        folders.Write(Partners, own, Now);
        File.WriteAllText(folders.DirectoryFile, File.ReadAllText(folders.DirectoryFile).Replace("south.example", "elsewhere.example", StringComparison.Ordinal));

        Assert.Contains("GW7205", Assert.Throws<CorrespondentsException>(folders.Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_a_key_signed_in_time_is_read_after_that_key_has_expired()
    {
        var brief = OwnKey.Generate(KeyAlgorithm.Curve25519, "Gateway <gateway@north.example>", Now.AddYears(-2), TimeSpan.FromDays(30));
        folders.Keep(brief);
        folders.Write(Partners, brief, Now.AddYears(-2).AddDays(29));

        Assert.NotNull(folders.Read().Directory.Find("south"));
    }

    [Fact]
    public void A_stop_at_any_moment_leaves_the_old_directory_or_the_new_one()
    {
        folders.Keep(own);
        folders.Write(Partners, own, Now);
        var renamed = new PartnerDirectory([Partners.Partners[0] with { Name = "Renamed" }]);
        List<string> names = [];
        for (var last = 1; names.LastOrDefault() != "Renamed"; last++)
        {
            var steps = 0;
            var stopped = new CorrespondentsFolders(Path.Combine(root, "keys"), Path.Combine(root, "partners"), new Plain())
            {
                Step = () =>
                {
                    if (++steps == last)
                        throw new OperationCanceledException();
                },
            };
            Assert.Throws<OperationCanceledException>(() => stopped.Write(renamed, own, Now));
            names.Add(folders.Read().Directory.Find("south")!.Name);
        }

        Assert.Equal(["South", "South", "Renamed"], names);
    }

    [Fact]
    public void A_stop_at_any_moment_leaves_the_old_key_signing_or_the_new_one_from_its_date_on()
    {
        folders.Keep(own);
        var next = OwnKey.Generate(KeyAlgorithm.Curve25519, "Gateway <gateway@north.example>", Now.AddDays(1), TimeSpan.FromDays(700));
        var stops = 0;
        for (var isThere = false; !isThere; isThere = folders.Read().Ring.Own.Count == 2)
        {
            var (steps, last) = (0, ++stops);
            var stopped = new CorrespondentsFolders(Path.Combine(root, "keys"), Path.Combine(root, "partners"), new Plain())
            {
                Step = () =>
                {
                    if (++steps == last)
                        throw new OperationCanceledException();
                },
            };
            Assert.Throws<OperationCanceledException>(() => stopped.Keep(next, Now.AddDays(30)));
            Assert.Equal(own.Fingerprint, folders.Read().SignerAt(Now.AddDays(29))!.Fingerprint);
        }

        Assert.Equal(6, stops);
        Assert.Equal(next.Fingerprint, folders.Read().SignerAt(Now.AddDays(30))!.Fingerprint);
    }

    [Fact]
    public void Dates_that_cannot_be_read_are_told()
    {
        folders.Keep(own, Now);
        File.WriteAllText(folders.TurnsFile, "{");

        Assert.Equal("GW7217", Assert.Throws<CorrespondentsException>(folders.Read).Code);
    }

    [Fact]
    public void Keys_are_read_where_the_directory_was_changed()
    {
        folders.Keep(own);
        folders.Accept(theirs.Public);
        folders.Write(Partners, own, Now);
        File.AppendAllText(folders.DirectoryFile, "{}");

        Assert.Equal([theirs.Fingerprint], folders.ReadKeys().Known.Select(key => key.Fingerprint));
        Assert.Equal("GW7205", Assert.Throws<CorrespondentsException>(folders.Read).Code);
    }

    private sealed class Plain : ISecretProtection
    {
        public byte[] Protect(byte[] secret) => secret;

        public byte[] Unprotect(byte[] content) => content;
    }
}
