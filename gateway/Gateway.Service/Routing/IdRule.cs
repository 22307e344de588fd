using Gateway.Dicom.Coercion;
using Gateway.Dicom.Identifiers;

namespace Gateway.Service.Routing;

/// <summary>
/// How ids are told apart in a target's house: patients and accession numbers of two houses may bear the same number. Each gets a prefix,
/// and an issuer that names the house which gave it.
/// </summary>
/// <param name="PatientIdPrefix">Put before Patient ID (0010,0020); empty for none.</param>
/// <param name="PatientIdIssuer">Issuer of Patient ID (0010,0021); empty leaves it.</param>
/// <param name="AccessionPrefix">Put before Accession Number (0008,0050); empty for none.</param>
/// <param name="AccessionIssuer">Issuer of Accession Number Sequence (0008,0051); empty leaves it.</param>
/// <param name="PatientIdTable">The file of the table that Patient ID is looked up in; null for none. The prefix is for ids that it lacks then.</param>
/// <param name="AccessionTable">The file of the table that Accession Number is looked up in; null for none.</param>
/// <param name="PassesUnmapped">Whether an id that a table lacks goes with the prefix; otherwise the instance is a dead letter.</param>
internal sealed record IdRule(
    string PatientIdPrefix, string PatientIdIssuer, string AccessionPrefix, string AccessionIssuer, string? PatientIdTable = null, string? AccessionTable = null, bool PassesUnmapped = false)
{
    private static readonly Tag PatientId = new(0x0010, 0x0020);
    private static readonly Tag IssuerOfPatientId = new(0x0010, 0x0021);
    private static readonly Tag AccessionNumber = new(0x0008, 0x0050);
    private static readonly Tag IssuerOfAccessionNumber = new(0x0008, 0x0051);
    private static readonly Tag LocalNamespaceEntityId = new(0x0040, 0x0031);

    /// <summary>The rule as changes of a copy; null where it changes nothing.</summary>
    /// <param name="system">Who changes it.</param>
    /// <param name="at">When.</param>
    /// <param name="tables">The tables as they are now.</param>
    /// <exception cref="IdTableException">A table cannot be used.</exception>
    public InstanceCoercion? ToCoercion(string system, DateTimeOffset at, IdTables tables)
    {
        List<AttributeChange> changes = [.. Change(PatientId, PatientIdTable, PatientIdPrefix, tables)];
        if (PatientIdIssuer.Length > 0)
            changes.Add(new AttributeChange.Replace(IssuerOfPatientId, PatientIdIssuer));
        changes.AddRange(Change(AccessionNumber, AccessionTable, AccessionPrefix, tables));
        if (AccessionIssuer.Length > 0)
            changes.Add(new AttributeChange.ReplaceItem(IssuerOfAccessionNumber, [new AttributeChange.Replace(LocalNamespaceEntityId, AccessionIssuer)]));
        return changes.Count == 0 ? null : new InstanceCoercion(changes, system, "", at);
    }

    private IEnumerable<AttributeChange> Change(Tag tag, string? table, string prefix, IdTables tables)
    {
        if (table is not null)
            yield return new AttributeChange.Map(tag, tables.Of(table).Ids, $"the table {Path.GetFileName(table)}", PassesUnmapped ? prefix : null);
        else if (prefix.Length > 0)
            yield return new AttributeChange.Prefix(tag, prefix);
    }
}
