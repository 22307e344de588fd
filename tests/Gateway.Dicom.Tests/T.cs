using Xunit;
namespace Gateway.Dicom.Tests;
public class T { [Fact] public void One_and_one_is_two() => Assert.Equal(2, 1 + 1); }
